"""The demonstration: the example study with simulated panels, and doors into it.

This module only names what the parts have in common: `building` makes it, `simulation` says what is answered,
`keeping` looks after its folder, `guests` says as whom one comes in.
"""

from dataclasses import dataclass

STUDY = "fairsteps"
DATABASE = "demo.sqlite3"  # not the name that a real installation has, wherever the folder is

RESEARCHER_EMAIL = "researcher@example.org"
RESEARCHER_NAME = "Robin, the researcher"
# Known to everyone: a demonstration is served to this machine only, and holds nothing but simulated answers.
RESEARCHER_PASSWORD = "simulated answers"  # noqa: S105

# The first few of each panel have answered round 1 and leave round 2 to whoever comes through the door.
GUESTS = 3


@dataclass(frozen=True)
class Crowd:
    """How many of a panel there are, and how their codes begin."""

    letter: str
    size: int

    @property
    def codes(self) -> list[str]:
        """As many codes: P01, P02 and so on."""
        return [f"{self.letter}{number:02}" for number in range(1, self.size + 1)]


CROWDS = {"practitioners": Crowd("P", 40), "lived_experience": Crowd("L", 14)}

# As whom one comes in by a panel's door.
GUEST_NAMES = {"practitioners": "a practitioner", "lived_experience": "a person with lived experience"}
