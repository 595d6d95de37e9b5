"""Stability of each item between two rounds: every closed form at once, and the state of the item.

The panel's distribution may stand still while all its members exchange their ratings, so the stability of the
group and that of individuals are reported apart, and an item is stable where both hold unless the study says
otherwise. Only those who rated in both rounds enter; agreement is that of all who rated in the later round.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.associations import Coefficient, goodman_kruskal_lambda, spearman, tau_b
from analysis.change_tests import (
    ChiSquare,
    McNemar,
    bowker,
    group_chi_square,
    individual_chi_square,
    least_expected,
    mcnemar,
    stuart_maxwell,
)
from analysis.changes import CvChange, MeanChange, cv_change, mean_change, net_change, share_unchanged
from analysis.consensus import Verdict
from analysis.crossings import Transitions
from analysis.kappas import weighted_kappa
from analysis.results import Result
from analysis.signed_ranks import Method, SignedRanks, SignTest, sign_test, wilcoxon
from analysis.states import DEFAULT_CRITERIA, StabilityCriteria, State, States, states_of
from analysis.tallies import FloatArray, IntArray

__all__ = ["DEFAULT_CRITERIA", "Stability", "StabilityCriteria", "State", "stability_of"]


@dataclass(frozen=True, eq=False)
class Stability(Result):
    """How stable I items were between two rounds, by every measure of `analysis` that has a closed form.

    `pairs` (I,) is n, how many rated the item in both rounds; each measure has its own docstring under its
    name, and its own reasons. It prints as a digest; the frame has all.
    """

    pairs: IntArray
    share_unchanged: FloatArray
    net_change: FloatArray
    linear_kappa: Coefficient
    quadratic_kappa: Coefficient
    cv: CvChange
    mean_change: MeanChange
    bowker: ChiSquare
    stuart_maxwell: ChiSquare
    mcnemar: McNemar
    sign_test: SignTest
    wilcoxon: SignedRanks
    pratt: SignedRanks
    group_chi_square: ChiSquare
    individual_chi_square: ChiSquare
    least_expected: FloatArray
    spearman: Coefficient
    tau_b: Coefficient
    goodman_kruskal_lambda: Coefficient
    states: States
    criteria: StabilityCriteria

    def __str__(self) -> str:
        return str(
            _Digest(
                self.pairs,
                self.share_unchanged,
                self.net_change,
                self.quadratic_kappa.value,
                self.mean_change.mean,
                self.pratt.p,
                self.states.group_stable,
                self.states.individual_stable,
                self.states.states,
                self.states.reasons,
            )
        )


@dataclass(frozen=True, eq=False)
class _Digest(Result):
    pairs: IntArray
    unchanged: FloatArray
    net_change: FloatArray
    quadratic_kappa: FloatArray
    mean_change: FloatArray
    wilcoxon_p: FloatArray
    group_stable: tuple[bool | None, ...]
    individual_stable: tuple[bool | None, ...]
    state: tuple[State | None, ...]
    reasons: tuple[str | None, ...]


def stability_of(
    transitions: Transitions,
    verdicts: Sequence[Verdict] | None = None,
    criteria: StabilityCriteria = DEFAULT_CRITERIA,
    *,
    method: Method = "asymptotic",
) -> Stability:
    """All measures of stability of I items between two rounds, and the state of each.

    `verdicts`, one an item, are those of the later round, such as `consensus.verdicts(rule,
    transitions.after)`; without them a panel agrees where more than half chose one band, or one category on a
    scale without bands. `method` is that of Wilcoxon's two tests; the exact law takes longer. Missing ratings
    enter nowhere but in those verdicts. Undefined, errors and sources are those of the measures and of
    `states_of`.

    >>> from analysis.scales import Scale
    >>> swap = Transitions.from_pairs(Scale(1, 4), [[0, 0, 0, 2], [0, 0, 3, 0], [0, 3, 0, 0], [2, 0, 0, 0]])
    >>> found = stability_of(swap)
    >>> float(found.net_change[0]), float(found.group_chi_square.p[0]), float(found.pratt.p[0])
    (0.0, 1.0, 1.0)
    >>> found.states.group_stable, found.states.individual_stable, str(found.states.states[0])
    ((True,), (False,), 'unstable')
    """
    cv = cv_change(transitions, criteria.cv_zero)
    mean = mean_change(transitions, criteria.delta, criteria.level)
    return Stability(
        pairs=transitions.pairs,
        share_unchanged=share_unchanged(transitions),
        net_change=net_change(transitions),
        linear_kappa=weighted_kappa(transitions, "linear"),
        quadratic_kappa=weighted_kappa(transitions, "quadratic"),
        cv=cv,
        mean_change=mean,
        bowker=bowker(transitions),
        stuart_maxwell=stuart_maxwell(transitions),
        mcnemar=mcnemar(transitions),
        sign_test=sign_test(transitions),
        wilcoxon=wilcoxon(transitions, "wilcoxon", method),
        pratt=wilcoxon(transitions, "pratt", method),
        group_chi_square=group_chi_square(transitions.stayers_before, transitions.stayers_after),
        individual_chi_square=individual_chi_square(transitions),
        least_expected=least_expected(transitions),
        spearman=spearman(transitions),
        tau_b=tau_b(transitions),
        goodman_kruskal_lambda=goodman_kruskal_lambda(transitions),
        states=states_of(transitions, verdicts, criteria),
        criteria=criteria,
    )
