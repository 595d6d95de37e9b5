"""Groups of short texts that share their telling words: a draft to begin coding with, not a finding.

A word tells the more of a text the oftener it stands in it and the fewer other texts have it; texts are alike
as far as the same words tell of both. Only words count, not what is meant, so that a denial stands beside
what it denies. No chance enters: the same texts have the same groups, in whichever order they come.

Source: Salton G, Buckley C. Information Processing & Management 1988;24:513-523,
doi:10.1016/0306-4573(88)90021-0.
"""

import re
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Final

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from analysis.results import Result
from analysis.tallies import FloatArray

LEAST_SIMILARITY: Final = 0.2
TELLING_WORDS: Final = 5
_SHORTEST_WORD: Final = 2
_ROUNDING: Final = 1e-9  # a similarity that is the least but for the last digits is enough
_PLURALS: Final = (("s", ""), ("es", ""), ("ies", "y"))
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

# What stands in every English text and tells of none: articles, pronouns, prepositions, auxiliaries.
_STOP_WORDS: Final = """
a about above after again against all also although am an and any are aren't as at be because been before
being below between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down
during each either else ever every few for from further get gets getting got had hadn't has hasn't have
haven't having he he'd he'll he's her here hers herself him himself his how however i i'd i'll i'm i've if
in into is isn't it it's its itself just least less let let's like made make makes many may maybe me might
more most much must mustn't my myself need needs neither no nor not now of off often on once one only or
other others ought our ours ourselves out over own per perhaps quite rather really same shall she she'd
she'll she's should shouldn't since so some something such than that that's the their theirs them themselves
then there there's these they they'd they'll they're they've thing things this those though through to too
under until up upon us very was wasn't we we'd we'll we're we've well were weren't what when where whether
which while who whom whose why will with within without won't would wouldn't yet you you'd you'll you're
you've your yours yourself yourselves
"""
STOP_WORDS: Final = frozenset(_STOP_WORDS.split())


@dataclass(frozen=True)
class TextGroup(Result):
    """Texts that are alike: their places in what was given, from 0, and their most telling words.

    `similarity` is the mean cosine between two of them.
    """

    texts: tuple[int, ...]
    words: tuple[str, ...]
    similarity: float


def word_weights(texts: Sequence[str]) -> tuple[dict[str, float], ...]:
    """For each text its words with their weights, tf-idf of length 1; nothing for a text without any.

    A word's weight is how often it stands in the text, times ln(T / t), with T texts of which t have it; all
    weights of a text are then divided by the root of the sum of their squares. Words are letters in lower
    case, two or more, apostrophes within them, a plural being taken for its singular where that is there too;
    `STOP_WORDS` and words that every text has weigh nothing and are left out. Source: see the module.

    >>> word_weights(["The bus is late.", "A late bus", "Interpreters"])
    ({'bus': 0.707107, 'late': 0.707107}, {'bus': 0.707107, 'late': 0.707107}, {'interpreters': 1.0})
    """
    every = [_words(text) for text in texts]
    known = {word for words in every for word in words}
    counted = [Counter(_singular(word, known) for word in words) for words in every]
    having = Counter(word for words in counted for word in words)
    told = {word: log(len(texts) / many) for word, many in having.items() if many < len(texts)}
    return tuple(
        _of_length_1({word: times * told[word] for word, times in sorted(words.items()) if word in told})
        for words in counted
    )


def similarities(weights: Sequence[dict[str, float]]) -> FloatArray:
    """The cosine (T, T) between every two of T texts, from `word_weights`, where the source is.

    1 for the same words in the same proportions, 0 where no word is shared; a text without words is like none
    but itself.

    >>> similarities(word_weights(["late bus", "late train", "free food"])).round(6)
    array([[1.      , 0.119883, 0.      ],
           [0.119883, 1.      , 0.      ],
           [0.      , 0.      , 1.      ]])
    """
    having: dict[str, list[tuple[int, float]]] = {}
    for text, words in enumerate(weights):
        for word, weight in words.items():
            having.setdefault(word, []).append((text, weight))
    alike = np.zeros((len(weights), len(weights)))
    for pairs in having.values():
        where, told = [text for text, _ in pairs], [weight for _, weight in pairs]
        alike[np.ix_(where, where)] += np.outer(told, told)
    np.fill_diagonal(alike, 1)
    return np.minimum(alike, 1)


def similar_texts(
    texts: Sequence[str], least: float = LEAST_SIMILARITY, words: int = TELLING_WORDS
) -> tuple[TextGroup, ...]:
    """Groups of two or more texts, the largest first, so that any two groups are less alike than `least`.

    Average linkage: the two groups that are most alike become one, as long as the mean cosine between the
    texts of one and those of the other is at least `least`. Texts that are like no others are in no group.
    A group's telling words are those with the largest mean weight in it. A `ValueError` for a `least` that is
    not above 0 and at most 1. Source: see the module; average linkage: Sokal RR, Michener CD. University of
    Kansas Science Bulletin 1958;38:1409-1438.

    >>> said = ["The bus is always late", "Bus late again", "No interpreter", "Interpreter, please", "Fine"]
    >>> [(group.texts, group.words) for group in similar_texts(said)]
    [((0, 1), ('bus', 'late', 'always')), ((2, 3), ('interpreter', 'please'))]
    """
    if not 0 < least <= 1:
        raise ValueError(f"Texts are alike from above 0 up to 1, not from {least}.")
    if len(texts) < 2:
        return ()
    # Ties between pairs go by the order of the texts, so they are put into one of their own.
    order = sorted(range(len(texts)), key=lambda place: (texts[place], place))
    weights = word_weights([texts[place] for place in order])
    alike = similarities(weights)
    apart = squareform(1 - alike, checks=False)
    of_text = fcluster(linkage(apart, "average"), 1 - least + _ROUNDING, criterion="distance")
    members = [np.flatnonzero(of_text == group).tolist() for group in np.unique(of_text)]
    groups = [_group(order, weights, alike, group, words) for group in members if len(group) > 1]
    return tuple(sorted(groups, key=lambda group: (-len(group.texts), -group.similarity, group.texts)))


def _group(
    order: list[int], weights: Sequence[dict[str, float]], alike: FloatArray, group: list[int], words: int
) -> TextGroup:
    pairs = alike[np.ix_(group, group)][np.triu_indices(len(group), 1)]
    told: dict[str, float] = {}
    for text in group:
        for word, weight in weights[text].items():
            told[word] = told.get(word, 0) + weight
    most = sorted(told, key=lambda word: (-round(told[word], 9), word))[:words]
    return TextGroup(tuple(sorted(order[text] for text in group)), tuple(most), float(pairs.mean()))


def _of_length_1(weights: dict[str, float]) -> dict[str, float]:
    length = sqrt(sum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()}


def _words(text: str) -> list[str]:
    found = (word.replace("’", "'") for word in _WORD.findall(text.casefold()))
    return [word for word in found if len(word) >= _SHORTEST_WORD and word not in STOP_WORDS]


def _singular(word: str, known: Container[str]) -> str:
    """The word, or the known one of which it is the plural.

    >>> [_singular(word, {"fare", "story", "bus"}) for word in ("fares", "stories", "buses", "news", "bus")]
    ['fare', 'story', 'bus', 'news', 'bus']
    """
    singulars = (word.removesuffix(ending) + single for ending, single in _PLURALS if word.endswith(ending))
    return next((one for one in singulars if one in known), word)
