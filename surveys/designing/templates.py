"""What a study can be begun from: published methods as files, and what each of them is for."""

from dataclasses import dataclass, replace

import msgspec

from surveys import library
from surveys.access import Account
from surveys.errors import InvalidInput
from surveys.exchange import study_files
from surveys.exchange.study_files import StudyFiles
from surveys.protocol import Protocol

CHOOSE_ONE = "Choose what to begin from."


@dataclass(frozen=True)
class Template:
    """A study to begin from: its folder in the library, what it is called and what it asks."""

    key: str
    name: str
    sentence: str


TEMPLATES = (
    Template(
        "fairsteps",
        "Useful and feasible, after FAIRSTEPS",
        "Two criteria from 1 to 9, practitioners and people with lived experience, priority grids, and 62"
        " ways to make primary care fairer as items.",
    ),
    Template(
        "core-outcome-set",
        "Core outcome set, 70/15",
        "How important each outcome is, from 1 to 9, in two panels. In, when at least 70 % say 7 to 9 and"
        " fewer than 15 % say 1 to 3.",
    ),
    Template(
        "appropriateness",
        "RAND/UCLA appropriateness",
        "How appropriate each indication is, from 1 to 9, in one small panel. The median decides, unless the"
        " panel disagrees.",
    ),
    Template(
        "likert",
        "Agreement from 1 to 5",
        "How far people agree with each statement. In, when at least 75 % agree.",
    ),
    Template(
        "yes-no",
        "Yes or no",
        "Yes, in part or no to each item. In, when at least 75 % say yes.",
    ),
)


def read(key: str, account: Account) -> StudyFiles:
    """The files of this template, with the account as the contact of the study."""
    if key not in {template.key for template in TEMPLATES}:
        raise InvalidInput(CHOOSE_ONE, "template")
    files = study_files.read(library.folder(key))
    return replace(files, protocol=_with_contact(files, account))


def _with_contact(files: StudyFiles, account: Account) -> Protocol:
    """The protocol with a contact that panellists can really write to."""
    sheet = msgspec.structs.replace(
        files.protocol.information,
        contact_name=account.name,
        contact_email=account.email,
        contact_phone="",
    )
    return msgspec.structs.replace(files.protocol, information=sheet)
