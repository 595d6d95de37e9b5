"""Amounts of money: typed as people type them, kept in hundredths, since fractions do not add up exactly."""

import re

from surveys.errors import InvalidInput

HUNDREDTHS = 100
MOST = 100_000 * HUNDREDTHS
WRITE = "Write an amount, such as 25 or 12.50."
TOO_MUCH = "At most 100,000 can be paid to one person."
_AMOUNT = re.compile(r"[^\d.,+−-]{0,4}([0-9]{1,9})(?:[.,]([0-9]{1,2}))?")


def read(text: str, field: str) -> int:
    """What was typed, in hundredths; a sign of a currency before it is passed over.

    >>> read("25", ""), read("£12.5", ""), read(" 0,05", "")
    (2500, 1250, 5)
    """
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise InvalidInput(WRITE, field)
    amount = int(found[1]) * HUNDREDTHS + int((found[2] or "").ljust(2, "0"))
    if amount > MOST:
        raise InvalidInput(TOO_MUCH, field)
    return amount


def written(amount: int) -> str:
    """The amount as a number.

    >>> written(2500), written(5)
    ('25.00', '0.05')
    """
    return f"{amount // HUNDREDTHS}.{amount % HUNDREDTHS:02}"
