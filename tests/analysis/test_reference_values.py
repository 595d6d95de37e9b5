"""Every statistic of the list of reference values, by our functions: a library's figure and the printed one.

The figures are facts, copied from the list, where the library that gave each is named; what was printed is
held to its last digit. The inputs are those of the publications.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from diptest.consts import Consts

from analysis.appropriateness import disagreement_index, ipras
from analysis.associations import spearman
from analysis.change_tests import bowker, stuart_maxwell
from analysis.changes import net_change, share_unchanged
from analysis.concordance import Concordance, kendalls_w
from analysis.contrasts import cliffs_delta
from analysis.crossings import Transitions
from analysis.dips import dip
from analysis.dispersion import awg, cns, entropy, leik, rwg
from analysis.intraclass import intraclass_correlations_of
from analysis.kappas import weighted_kappa
from analysis.polarisation import agreement_a, bimodality, esteban_ray
from analysis.rank_tests import kruskal_wallis, mann_whitney
from analysis.reliability import brennan_prediger, fleiss_kappa, gwet_ac, krippendorff_alpha
from analysis.scales import Scale
from analysis.signed_ranks import SignedRanks, sign_test, wilcoxon
from analysis.tallies import Tally
from tests.analysis.examples import NINE

LIST = Path(__file__).parents[3] / "shared" / "data" / "reference_values.json"


def of_counts(*counts: int) -> Tally:
    """One item on a scale from 1, from its counts."""
    return Tally.from_counts(Scale(1, len(counts)), list(counts))


def of_items(rows: str) -> Tally:
    """Items, separated by strokes, each the counts of its categories from 1."""
    table = [[int(count) for count in row.split()] for row in rows.split("/")]
    return Tally.from_counts(Scale(1, len(table[0])), table)


FIFTEEN = Tally.from_counts(NINE, [0, 0, 0, 1, 1, 1, 5, 5, 2])
# Krippendorff's "C data", which are Gwet's raw4raters: twelve items as columns of counts of 1 to 5.
RAW = of_items(
    "3 0 0 0 0/0 3 1 0 0/0 0 4 0 0/0 0 4 0 0/0 4 0 0 0/1 1 1 1 0/0 0 0 4 0/3 1 0 0 0/0 4 0 0 0/0 0 0 0 3/"
    "2 0 0 0 0/0 0 1 0 0"
)
ARTICLE = of_items(
    "0 0 0 0 14/0 2 6 4 2/0 0 3 5 6/0 3 9 2 0/2 2 8 1 1/7 7 0 0 0/3 2 6 3 0/2 5 3 2 2/6 5 2 1 0/0 2 2 3 7"
)
# Four judges of six subjects.
JUDGES = [[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]]
ANXIETY = [
    [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
    [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
    [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
]
V = of_counts(30, 40, 210, 130, 530, 50, 10)
PAGE_537 = of_counts(19, 16, 26, 29, 10)
ONE_CAMP = of_counts(0, 0, 0, 0, 0, 1, 5, 7, 2)
TWO_CAMPS = of_counts(10, 0, 0, 0, 10)
EVEN = of_counts(4, 4, 4, 4, 4)
SIX_POINTS = of_counts(1, 1, 1, 5, 5, 2)
PFISTER_A = of_counts(3, 5, 5, 10, 17, 20, 17, 10, 5, 5, 3)
PFISTER_B = of_counts(2, 26, 14, 6, 2, 0, 2, 6, 14, 26, 2)
THREE_TO_FIVE = of_counts(0, 0, 1, 3, 1)
AGES = """30 33 35 36 37 37 39 39 39 39 39 40 40 40 40 41 42 43 43 43 44 44 45 45 46 46 47 47 48 48 48 49 50
50 51 52 52 53 53 53 53 53 54 54 57 57 59 60 60 60 61 61 61 61 62 62 62 62 63 66 70 72 72"""
FACULTY = Tally.from_ratings(Scale(30, 72), 1, [0] * 63, [int(age) for age in AGES.split()])
CHAFFIN_2A = Transitions.from_pairs(Scale(1, 3), [[26, 0, 0], [7, 62, 2], [0, 0, 25]])
CHAFFIN_3A = Transitions.from_pairs(Scale(1, 3), [[8, 13, 5], [20, 38, 13], [5, 11, 9]])
COHEN = Transitions.from_pairs(Scale(1, 3), [[88, 14, 18], [10, 40, 10], [2, 6, 12]])
EYES = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
VISION = Transitions.from_pairs(Scale(1, 4), EYES)
TOY = Transitions.from_matrices(
    NINE,
    np.array([[5, 6, 4, 7, 8, 3, 6, 7, 5, 9, 7, 6, 5, 8, 4]]).T,
    np.array([[7, 6, 6, 7, 8, 5, 7, 7, 7, 8, 7, 7, 6, 8, 6]]).T,
)
TEN, SIX = of_counts(2, 3, 3, 1, 1), of_counts(1, 1, 1, 2, 1)


class Value(NamedTuple):
    """The figure of a library, or by hand; as it was printed, if it was; where; and ours."""

    figure: float
    printed: str | None
    source: str
    ours: Callable[[], object]


IPRAS = "BMJ Open 2012;2:e001431, table 1, by hand"
KRIPPENDORFF = "Krippendorff's C data, by the package krippendorff for Python"
GWET = "Gwet 2014, raw4raters, by irrCAC for Python"
SHROUT = "Shrout and Fleiss 1979, by pingouin"
IRR = "the data set anxiety, by irr for R"
AGRMT = "the example of agrmt for R"
PAGE = "Tastle and Wierman 2007, p. 537, by agrmt for R"
VECTORS = "by agrmt for R"
PFISTER = "Pfister and others 2013, by hand"
ACID = "by the formula of Esteban and Ray 1994, by hand"
MULTILEVEL = "by multilevel for R"
DIPTEST = "the data set statfaculty, by diptest for R and Python"
CHAFFIN = "Chaffin and Talley 1980, tables 2a and 3a"
COHEN_1968 = "Cohen 1968, table 1, by statsmodels"
STUART = "Stuart 1955, vision of 7477 women, by statsmodels"
ROUNDS = "two rounds of fifteen, by scipy"
COIN = "two rounds of fifteen, by coin and exactRankTests for R"
HOGARTY = "Hogarty and Kromrey 1999, by scipy"


def w() -> Concordance:
    return kendalls_w(Scale(1, 6), ANXIETY)


def icc(form: str) -> Callable[[], float]:
    return lambda: intraclass_correlations_of(Scale(1, 10), JUDGES).of(form)


def signed(zeros: str, method: str) -> SignedRanks:
    return wilcoxon(TOY, zeros, method)  # type: ignore[arg-type]


def by_the_continuous_table() -> float:
    """The p value that the published table gives our D.

    We give no such p: the table is that of continuous data, and on a scale it calls a single peak two. Ours
    is against panels with one peak, in `dips.dip_test`, and needs a generator. So here the table is the
    library's, and what is checked is that our D, which alone it takes beside n, leads to the published p;
    test_dips.py finds the same p by our D of uniform samples, without the table.
    """
    return float(Consts.compute_pval_interpolation(63, float(dip(FACULTY)[0])))


TABLE: dict[str, Value] = {
    "IPRAS bmjopen-2012-001431": Value(6.1, "6.1", IPRAS, lambda: ipras(FIFTEEN)),
    "DI bmjopen-2012-001431": Value(0.1639344262295082, None, IPRAS, lambda: disagreement_index(FIFTEEN)),
    "kripp nominal": Value(
        0.743421052631579, "0.743", KRIPPENDORFF, lambda: krippendorff_alpha(RAW, "nominal").coefficient
    ),
    "kripp ordinal": Value(
        0.8153875037548814, "0.815", KRIPPENDORFF, lambda: krippendorff_alpha(RAW, "ordinal").coefficient
    ),
    "kripp interval": Value(
        0.8491071428571428, "0.849", KRIPPENDORFF, lambda: krippendorff_alpha(RAW, "interval").coefficient
    ),
    "gwet identity (Gwet 2014 raw4raters)": Value(
        0.775444068127, "0.77544", GWET, lambda: gwet_ac(RAW).coefficient
    ),
    "gwet se identity": Value(0.142949950641, None, GWET, lambda: gwet_ac(RAW).standard_error),
    "fleiss identity": Value(0.761169275422, "0.76117", GWET, lambda: fleiss_kappa(RAW).coefficient),
    "fleiss se identity": Value(0.153019203469, None, GWET, lambda: fleiss_kappa(RAW).standard_error),
    "bp identity": Value(0.772727272727, None, GWET, lambda: brennan_prediger(RAW).coefficient),
    "gwet quadratic (Gwet 2014 raw4raters)": Value(
        0.914000723552, None, GWET, lambda: gwet_ac(RAW, "quadratic").coefficient
    ),
    "gwet se quadratic": Value(0.103962244645, None, GWET, lambda: gwet_ac(RAW, "quadratic").standard_error),
    "fleiss quadratic": Value(0.864935064935, None, GWET, lambda: fleiss_kappa(RAW, "quadratic").coefficient),
    "fleiss se quadratic": Value(
        0.146033610757, None, GWET, lambda: fleiss_kappa(RAW, "quadratic").standard_error
    ),
    "bp quadratic": Value(0.901515151515, None, GWET, lambda: brennan_prediger(RAW, "quadratic").coefficient),
    "gwet ordinal (Gwet 2014 raw4raters)": Value(
        0.898939769908, None, GWET, lambda: gwet_ac(RAW, "ordinal").coefficient
    ),
    "gwet se ordinal": Value(0.106903523815, None, GWET, lambda: gwet_ac(RAW, "ordinal").standard_error),
    "fleiss ordinal": Value(0.850206189397, None, GWET, lambda: fleiss_kappa(RAW, "ordinal").coefficient),
    "fleiss se ordinal": Value(
        0.147035693874, None, GWET, lambda: fleiss_kappa(RAW, "ordinal").standard_error
    ),
    "bp ordinal": Value(0.886363636364, None, GWET, lambda: brennan_prediger(RAW, "ordinal").coefficient),
    "gwet linear (Gwet 2014 raw4raters)": Value(
        0.858739136433, None, GWET, lambda: gwet_ac(RAW, "linear").coefficient
    ),
    "gwet se linear": Value(0.117329021881, None, GWET, lambda: gwet_ac(RAW, "linear").standard_error),
    "fleiss linear": Value(0.817944767097, None, GWET, lambda: fleiss_kappa(RAW, "linear").coefficient),
    "fleiss se linear": Value(0.148504355499, None, GWET, lambda: fleiss_kappa(RAW, "linear").standard_error),
    "bp linear": Value(0.848484848485, None, GWET, lambda: brennan_prediger(RAW, "linear").coefficient),
    "fleiss Wikipedia 10x14x5": Value(
        0.20993070442195522,
        "0.21",
        "the encyclopaedia's article on Fleiss's kappa, by statsmodels",
        lambda: fleiss_kappa(ARTICLE).coefficient,
    ),
    "ICC1 Shrout-Fleiss": Value(0.1657417684054755, "0.17", SHROUT, icc("ICC1")),
    "ICC2 Shrout-Fleiss": Value(0.28976377952755916, "0.29", SHROUT, icc("ICC2")),
    "ICC3 Shrout-Fleiss": Value(0.7148407148407154, "0.71", SHROUT, icc("ICC3")),
    "ICC1k Shrout-Fleiss": Value(0.44279713367926876, "0.44", SHROUT, icc("ICC1k")),
    "ICC2k Shrout-Fleiss": Value(0.6200505475989893, "0.62", SHROUT, icc("ICC2k")),
    "ICC3k Shrout-Fleiss": Value(0.9093155423770697, "0.91", SHROUT, icc("ICC3k")),
    "Kendall W ties anxiety (irr)": Value(0.5396568759544, "0.54", IRR, lambda: w().w),
    "W chi2": Value(30.7604419293991, "30.8", IRR, lambda: w().chi2),
    "W p": Value(0.0428834731269, "0.0429", IRR, lambda: w().p),
    "pingouin friedman W": Value(
        0.5396568759543698, None, "the data set anxiety, by pingouin", lambda: w().w
    ),
    "A agrmt": Value(0.611333333333, "0.6113333", AGRMT, lambda: agreement_a(V)),
    "Cns agrmt": Value(0.725687613959, "0.7256876", AGRMT, lambda: cns(V)),
    "Leik agrmt": Value(0.286666666667, "0.287", AGRMT, lambda: leik(V)),
    "entropy agrmt": Value(1.960969246948, None, AGRMT, lambda: entropy(V)),
    "Cns Tastle&Wierman p537": Value(0.518414460727, None, PAGE, lambda: cns(PAGE_537)),
    "A T&W": Value(0.205, None, PAGE, lambda: agreement_a(PAGE_537)),
    "Leik T&W": Value(0.515, None, PAGE, lambda: leik(PAGE_537)),
    "entropy T&W": Value(2.233628337428, None, PAGE, lambda: entropy(PAGE_537)),
    "A [0 0 0 0 0 1 5 7 2]": Value(0.8, None, VECTORS, lambda: agreement_a(ONE_CAMP)),
    "Cns [0 0 0 0 0 1 5 7 2]": Value(0.871962531866, None, VECTORS, lambda: cns(ONE_CAMP)),
    "Leik [0 0 0 0 0 1 5 7 2]": Value(0.15, None, VECTORS, lambda: leik(ONE_CAMP)),
    "A [10  0  0  0 10]": Value(-1.0, None, VECTORS, lambda: agreement_a(TWO_CAMPS)),
    "Cns [10  0  0  0 10]": Value(0.0, None, VECTORS, lambda: cns(TWO_CAMPS)),
    "Leik [10  0  0  0 10]": Value(1.0, None, VECTORS, lambda: leik(TWO_CAMPS)),
    "A [4 4 4 4 4]": Value(0.0, None, VECTORS, lambda: agreement_a(EVEN)),
    "Cns [4 4 4 4 4]": Value(0.433985000288, None, VECTORS, lambda: cns(EVEN)),
    "Leik [4 4 4 4 4]": Value(0.6, None, VECTORS, lambda: leik(EVEN)),
    "A [1 1 1 5 5 2]": Value(0.44, None, VECTORS, lambda: agreement_a(SIX_POINTS)),
    "Cns [1 1 1 5 5 2]": Value(0.630250947188, None, VECTORS, lambda: cns(SIX_POINTS)),
    "Leik [1 1 1 5 5 2]": Value(0.4, None, VECTORS, lambda: leik(SIX_POINTS)),
    "BC Pfister A": Value(0.33605811424064536, "0.34", PFISTER, lambda: bimodality(PFISTER_A)),
    "BC Pfister B": Value(0.7946886927694742, "0.79", PFISTER, lambda: bimodality(PFISTER_B)),
    "ER alpha1 half/half 5pt": Value(1.0, None, ACID, lambda: esteban_ray(TWO_CAMPS)),
    "ER alpha1 V7": Value(0.335736, None, ACID, lambda: esteban_ray(V)),
    "rwg [3,4,4,4,5]": Value(0.75, None, MULTILEVEL, lambda: rwg(THREE_TO_FIVE)),
    "awg [3,4,4,4,5]": Value(0.733333333333, None, MULTILEVEL, lambda: awg(THREE_TO_FIVE)),
    "dip statfaculty": Value(0.05952380952380952, "0.059524", DIPTEST, lambda: dip(FACULTY)),
    "dip statfaculty p": Value(0.08672336477075893, "0.08672", DIPTEST, by_the_continuous_table),
    "Chaffin-Talley 2a pct unchanged": Value(
        0.9262295081967213, None, CHAFFIN, lambda: share_unchanged(CHAFFIN_2A)
    ),
    "CT 3a scheibe 9/122": Value(0.07377049180327869, None, CHAFFIN, lambda: net_change(CHAFFIN_3A)),
    "CT 3a unchanged": Value(0.45081967213114754, None, CHAFFIN, lambda: share_unchanged(CHAFFIN_3A)),
    "CT 2a wkappa quad": Value(0.918847006652, None, CHAFFIN, lambda: weighted_kappa(CHAFFIN_2A).value),
    "CT 3a wkappa quad": Value(0.125351071693, None, CHAFFIN, lambda: weighted_kappa(CHAFFIN_3A).value),
    "CT3a linear": Value(
        0.10328369606720111, None, CHAFFIN, lambda: weighted_kappa(CHAFFIN_3A, "linear").value
    ),
    "Cohen1968 kappa": Value(
        0.49152542372881347, "0.492", COHEN_1968, lambda: weighted_kappa(COHEN, "nominal").value
    ),
    "Cohen quad": Value(0.4545454545454546, None, COHEN_1968, lambda: weighted_kappa(COHEN).value),
    "Bowker vision": Value(19.106550215266772, "19.11", STUART, lambda: bowker(VISION).statistic),
    "Stuart-Maxwell vision": Value(
        11.95656962298254, "11.96", STUART, lambda: stuart_maxwell(VISION).statistic
    ),
    "Wilcoxon approx p (toy)": Value(
        0.014919696305821866, None, ROUNDS, lambda: signed("wilcoxon", "asymptotic").p
    ),
    "V+ toy R=42.5": Value(42.5, None, ROUNDS, lambda: signed("wilcoxon", "exact").statistic),
    "spearman toy": Value(0.8622644822660783, None, ROUNDS, lambda: spearman(TOY).value),
    "wk quad toy": Value(0.6, None, ROUNDS, lambda: weighted_kappa(TOY).value),
    "wk lin toy": Value(0.416666666667, None, ROUNDS, lambda: weighted_kappa(TOY, "linear").value),
    "Wilcoxon pratt p": Value(0.01488986083365417, None, ROUNDS, lambda: signed("pratt", "asymptotic").p),
    "Wilcoxon exact ties (R coin/exactRankTests)": Value(
        0.01953125, None, COIN, lambda: signed("wilcoxon", "exact").p
    ),
    "Wilcoxon Pratt exact": Value(0.01953125, None, COIN, lambda: signed("pratt", "exact").p),
    "sign test": Value(0.0390625, None, ROUNDS, lambda: sign_test(TOY).p),
    "MWU p cc (Hogarty)": Value(
        0.4377586729619217, None, HOGARTY, lambda: mann_whitney(TEN, SIX).p_corrected
    ),
    "MWU p (R .405741490887)": Value(0.4057414908867174, None, HOGARTY, lambda: mann_whitney(TEN, SIX).p),
    "Cliff Hogarty&Kromrey": Value(
        -0.25, "-0.25", "Hogarty and Kromrey 1999, by effsize for R", lambda: cliffs_delta(TEN, SIX).delta
    ),
    "KW 2 groups": Value(0.6912442396313385, None, HOGARTY, lambda: kruskal_wallis([TEN, SIX]).h),
}


@pytest.mark.parametrize("key", TABLE)
def test_a_reference_value_is_ours(key: str) -> None:
    figure, printed, source, ours = TABLE[key]
    found = np.asarray(ours(), dtype=np.float64).item()
    assert found == pytest.approx(figure, rel=0, abs=1e-6), source
    if printed is not None:
        last_digit = 10.0 ** -len(printed.partition(".")[2])
        assert found == pytest.approx(float(printed), rel=0, abs=last_digit / 2 + 1e-12), source


@pytest.mark.skipif(not LIST.is_file(), reason="the list of reference values is not beside the project")
def test_no_reference_value_is_left_out_or_altered() -> None:
    stated = json.loads(LIST.read_text(encoding="utf-8"))
    assert stated.keys() == TABLE.keys()
    for key, of_key in stated.items():
        known = of_key["library"] if of_key["library"] is not None else of_key["by_hand"]
        assert TABLE[key].figure == known, key
        printed = TABLE[key].printed
        assert (None if printed is None else float(printed)) == of_key["published"], key
