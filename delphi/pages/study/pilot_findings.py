"""What a pilot tells: how many came through and how fast, what was left blank, and what was written."""

from dataclasses import dataclass

from delphi.formats import plural
from delphi.page import Link
from delphi.pages.study import tabs, watch_people
from delphi.visits import Visit
from surveys import comments, rounds, watching
from surveys.permissions import Power
from surveys.rounds import Round
from surveys.studies import Study
from surveys.watching import Gap

_MOST_GAPS = 5  # the page “Watch” has all of them


@dataclass(frozen=True)
class Said:
    """A comment, with the item that it is about."""

    item: str
    code: str
    text: str


@dataclass(frozen=True)
class Found:
    """What the newest round shows; `words` is on comments that cannot be read, `said` has those that can."""

    number: int
    pairs: tuple[tuple[str, str], ...]
    gaps: tuple[str, ...]
    words: str
    said: tuple[Said, ...]
    links: tuple[Link, ...]


def find(visit: Visit, pilot: Study) -> Found:
    """What is known of the newest round that was opened; there is one from the pilot's start on."""
    round_ = rounds.find_current(visit.session, pilot) or rounds.get_round(visit.session, pilot, 1)
    people = watching.list_people(visit.session, round_)
    all_ = watching.count("", people)
    taken = watching.median_time(people)
    words, said = _words(visit, round_)
    return Found(
        number=round_.number,
        pairs=(
            ("Have begun", f"{all_.begun + all_.finished} of {all_.asked}"),
            ("Have finished", f"{all_.finished} of {all_.asked}"),
            (
                "Half of them took at most",
                watch_people.duration(taken) if taken else "Nobody has finished yet",
            ),
        ),
        gaps=_gaps(visit, round_, all_.finished),
        words=words,
        said=said,
        links=_links(visit, round_),
    )


def _gaps(visit: Visit, round_: Round, finished: int) -> tuple[str, ...]:
    """The items that were skipped or could not be rated most, a line each."""
    found = watching.list_gaps(visit.session, round_, finished) if finished else ()
    return tuple(_gap(gap) for gap in found[:_MOST_GAPS])


def _gap(gap: Gap) -> str:
    blank, unable = sum(gap.blank), sum(gap.unable)
    parts = [f"{blank} left blank"] if blank else []
    parts += [f"{unable} unable to rate"] if unable else []
    return f"{gap.number}. {gap.title}: {', '.join(parts)}"


def _words(visit: Visit, round_: Round) -> tuple[str, tuple[Said, ...]]:
    """The comments, as anywhere: how many while the round is open, and what they say once it has closed."""
    if not tabs.may(visit, round_.study, Power.SEE_CODES):
        return "Analysts and those above them can read what was written.", ()
    written = comments.list_written(visit.session, round_)
    if not written:
        return "No comment was written yet.", ()
    if not round_.has_results:
        count = plural(len(written), "comment was", "comments were")
        return f"{count} written, to be read when the round is closed.", ()
    titles = {one.item_id: f"{one.item.position}. {one.wording.title}" for one in round_.items}
    return "", tuple(Said(titles[one.item_id], one.code, one.text) for one in written)


def _links(visit: Visit, round_: Round) -> tuple[Link, ...]:
    """The pages that tell more."""
    here = tabs.round_address(round_)
    links = [Link("Where people stopped, and everything that was left blank", f"{here}/watch")]
    if round_.has_results:
        links.append(Link(f"The results of round {round_.number}", f"{here}/results"))
        if tabs.may(visit, round_.study, Power.SEE_CODES):
            links.append(Link("What was written, to be cleared for the next round", f"{here}/comments"))
    return tuple(links)
