"""Agreement of every two coders of a round, over the texts that both have coded. Needs numpy and scipy."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isnan

import numpy as np
from sqlalchemy.orm import Session

from analysis.coders import AgreementOfCoders, agreement_of_coders
from analysis.tallies import BoolArray
from surveys.access import Account
from surveys.rounds import Round
from surveys.themes import codebook, codings, texts
from surveys.themes.codebook import Code


@dataclass(frozen=True)
class OnCode:
    """How far two agree on a code; `reason` says why kappa is undefined, or what it is worth."""

    name: str
    both: int
    first_only: int
    second_only: int
    agreed: float | None
    kappa: float | None
    ac1: float | None
    reason: str


@dataclass(frozen=True)
class Pair:
    """Two coders: on how many texts they are compared, on each code, and over the codes that they used."""

    first: str
    second: str
    texts: int
    codes: tuple[OnCode, ...]
    used: int
    alpha: float | None
    alpha_reason: str


def list_pairs(session: Session, round_: Round, viewer: Account) -> list[Pair]:
    """Every two who have finished coding the round, for a viewer who has."""
    names = codings.list_coders(session, round_)
    known = {one.key for one in texts.list_texts(session, round_)}
    codes = codebook.list_codes(session, round_.study)
    given = {
        coder: {key: one.codes for key, one in of_coder.items() if key in known}
        for coder, of_coder in codings.of_everyone(session, round_, viewer).items()
    }
    pairs = []
    for one, other in combinations(sorted(given, key=lambda coder: (names[coder], coder)), 2):
        shared = sorted(given[one].keys() & given[other].keys())
        tables = (_table([given[coder][key] for key in shared], codes) for coder in (one, other))
        pairs.append(_pair(names[one], names[other], codes, agreement_of_coders(*tables)))
    return pairs


def _table(given: Sequence[Collection[int]], codes: Sequence[Code]) -> BoolArray:
    """What one coder said of each text and code."""
    rows = [[code.id in of_text for code in codes] for of_text in given]
    return np.array(rows, dtype=np.bool_).reshape(len(given), len(codes))


def _pair(first: str, second: str, codes: Sequence[Code], found: AgreementOfCoders) -> Pair:
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
    return Pair(first, second, found.texts, rows, found.used, _known(found.alpha), found.alpha_reason or "")


def _known(value: float) -> float | None:
    return None if isnan(value) else float(value)
