"""Agreement of two coders of a round, over the texts that both have coded. Needs numpy and scipy."""

from collections.abc import Collection, Mapping, Sequence
from math import isnan

import numpy as np

from analysis.coders import AgreementOfCoders, agreement_of_coders
from analysis.tallies import BoolArray
from surveys.themes.codebook import Code
from surveys.themes.codings import Given, Key
from surveys.themes.comparisons import Figures, OnCode


def compare(codes: Sequence[Code], first: Mapping[Key, Given], second: Mapping[Key, Given]) -> Figures:
    """How far two agree, from what each gave."""
    shared = sorted(first.keys() & second.keys())
    tables = (_table([given[key].codes for key in shared], codes) for given in (first, second))
    return _figures(codes, agreement_of_coders(*tables))


def _table(given: Sequence[Collection[int]], codes: Sequence[Code]) -> BoolArray:
    """What one coder said of each text and code."""
    rows = [[code.id in of_text for code in codes] for of_text in given]
    return np.array(rows, dtype=np.bool_).reshape(len(given), len(codes))


def _figures(codes: Sequence[Code], found: AgreementOfCoders) -> Figures:
    rows = tuple(
        OnCode(
            name=code.name,
            both=int(found.both[n]),
            first_only=int(found.first_only[n]),
            second_only=int(found.second_only[n]),
            agreed=_known(found.agreed[n]),
            kappa=_known(found.kappa[n]),
            ac1=_known(found.ac1[n]),
            reason=found.reasons[n] or "",
        )
        for n, code in enumerate(codes)
    )
    return Figures(found.texts, rows, found.used, _known(found.alpha), found.alpha_reason or "")


def _known(value: float) -> float | None:
    return None if isnan(value) else float(value)
