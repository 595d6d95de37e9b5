"""Whom a round asks, in words: the same count means the same people on every page."""


def of_people(number: int, people: int, *, takes_all: bool) -> str:
    """The people of whom so many have done something.

    >>> of_people(1, 54, takes_all=False), of_people(2, 48, takes_all=False)
    ('of 54 people', 'of the 48 people who took part in round 1')
    """
    return f"of {whom(number, people, takes_all=takes_all)}"


def whom(number: int, people: int, *, takes_all: bool) -> str:
    """Whom a round asks; from the second on those who took part before, unless late comers may join.

    >>> whom(3, 40, takes_all=False), whom(2, 1, takes_all=True)
    ('the 40 people who took part before', '1 person')
    """
    counted = f"{people} {'person' if people == 1 else 'people'}"
    if number == 1 or takes_all:
        return counted
    return f"the {counted} who took part {'in round 1' if number == 2 else 'before'}"


def why_not(number: int) -> str:
    """Why somebody on a panel is not asked in a round."""
    return f"not asked: took no part {'in round 1' if number == 2 else 'before'}"
