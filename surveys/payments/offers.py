"""What a study offers for taking part, in its own words. Panellists read it on the information sheet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import audit, studies
from surveys.base import Base
from surveys.errors import InvalidInput, NotNow
from surveys.studies import Study

LONGEST, LONGEST_CURRENCY = 500, 8
USUAL_CURRENCY = "£"
NOBODY_IN_PILOT = "Nobody stands behind its test panellists, so nobody is paid."
NO_CURRENCY = "Write the currency, such as £ or EUR."
LONG_CURRENCY = f"A currency has at most {LONGEST_CURRENCY} characters, such as £ or EUR."
LONG_WORDS = f"The offer has at most {LONGEST} characters."
STALE = (
    "Somebody else changed the offer since you opened the page, so yours was not saved. It now reads: “{}”."
    " Save again to put yours in its place."
)


class PaymentOffer(Base):
    """The offer of a study, and in which currency it pays."""

    __tablename__ = "payment_offers"

    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(String(LONGEST_CURRENCY))


def of(session: Session, study: Study) -> PaymentOffer:
    """The offer of this study; an empty one where it has made none."""
    known = session.get(PaymentOffer, study.id)
    return known or PaymentOffer(study_id=study.id, words="", currency=USUAL_CURRENCY)


@dataclass(frozen=True)
class Terms:
    """An offer as it was typed."""

    words: str
    currency: str


def save(session: Session, study: Study, terms: Terms, *, seen: str, by: str, now: datetime) -> None:
    """Keep the offer in these words; `seen` are the words that the page showed. A repeat changes nothing."""
    words, currency = terms.words, terms.currency
    studies.check_is_no_pilot(study, NOBODY_IN_PILOT)
    if len(words) > LONGEST:
        raise InvalidInput(LONG_WORDS, "words")
    if not currency or len(currency) > LONGEST_CURRENCY:
        raise InvalidInput(LONG_CURRENCY if currency else NO_CURRENCY, "currency")
    session.get_one(Study, study.id, with_for_update={"key_share": True}, populate_existing=True)
    known = of(session, study)
    if (known.words, known.currency) == (words, currency):
        return
    if known.words not in (seen, words):
        raise NotNow(STALE.format(known.words))
    session.merge(PaymentOffer(study_id=study.id, words=words, currency=currency))
    audit.note(session, study.id, "payment offer changed", by=by, now=now)
    session.flush()
