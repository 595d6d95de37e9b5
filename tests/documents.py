"""Documents that are made from the code. `python -m tests.documents` writes them; a test compares them."""

from collections.abc import Mapping
from pathlib import Path

from surveys.rounds import TRANSITIONS, RoundStatus
from tests import references

DOCS = Path(__file__).parents[1] / "docs"

_STATES = """# The states of a round

Made from `surveys.rounds.TRANSITIONS`; what is not drawn is refused.

```mermaid
stateDiagram-v2
    [*] --> {first}
{arrows}
    {last} --> [*]
```
"""


def states() -> str:
    """The diagram of the states of a round."""
    arrows = "\n".join(f"    {status} --> {to}: {act}" for (status, act), to in TRANSITIONS.items())
    return _STATES.format(first=RoundStatus.PLANNED, arrows=arrows, last=RoundStatus.SETTLED)


def made() -> Mapping[Path, str]:
    """Every document that is made from the code."""
    return {
        DOCS / "states.md": states(),
        DOCS / "commands.md": references.commands(),
        DOCS / "settings.md": references.settings(),
    }


if __name__ == "__main__":
    for path, text in made().items():
        path.write_text(text, encoding="utf-8")
