"""What items are to be read as between two rounds, and what cannot be taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from surveys.errors import InvalidInput
from surveys.exchange.item_files import LONGEST, MOST_ITEMS
from surveys.histories import changes
from surveys.items import Item
from surveys.rounds import Round

TITLE_NEEDED = "An item needs a title."
TITLE_TAKEN = "Item {} has this title too. Give each item its own."
SAME_PART = "Another part has this title too. Give each its own."
FULL = f"At most {MOST_ITEMS} items can be kept."


@dataclass(frozen=True)
class Text:
    """What panellists are to read of an item."""

    title: str
    vignette: str = ""


def check(session: Session, round_: Round, texts: Sequence[Text], *, but: Iterable[Item] = ()) -> None:
    """Refuse what is empty, too long, or the title of an item that has not given way; `but` are rewritten."""
    study = round_.study
    apart = {item.id for item in but} | changes.gone(session, study, round_.number)
    if len(study.items) + len(texts) > MOST_ITEMS:
        raise InvalidInput(FULL, "title")
    others = {item.wording.title.casefold(): item.position for item in study.items if item.id not in apart}
    parts: set[str] = set()
    for number, text in enumerate(texts, start=1):
        name = "title" if len(texts) == 1 else f"part{number}.title"
        _check_one(text, name)
        if (other := others.get(text.title.casefold())) is not None:
            raise InvalidInput(TITLE_TAKEN.format(other), name)
        if text.title.casefold() in parts:
            raise InvalidInput(SAME_PART, name)
        parts.add(text.title.casefold())


def _check_one(text: Text, name: str) -> None:
    if not text.title:
        raise InvalidInput(TITLE_NEEDED, name)
    for field, said in (("title", text.title), ("vignette", text.vignette)):
        if len(said) > LONGEST[field]:
            sentence = f"This has {len(said)} characters; at most {LONGEST[field]} can be kept."
            raise InvalidInput(sentence, name.replace("title", field))
