"""What every result of the analysis can do: print as a small table, and give a tidy frame.

A result is a frozen dataclass. Fields of one value an item (arrays and tuples of length I) are columns; a
field that is a result itself gives a column for each of its own fields, under both names; anything else is
the same on every row. A field named `reasons` says why a value is undefined, and comes last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from math import isnan
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from pandas import DataFrame

_SHOWN = 20  # rows of a printed table
_NOTHING = "–"


class Result:
    """A frozen dataclass that prints as a small table and gives a tidy frame; see the module."""

    def columns(self) -> dict[str, list[Any]]:
        """The columns by name, each of one length: I, or 1 where nothing is told by item."""
        named = dict(_named(self))
        rows = max((len(values) for values in named.values() if isinstance(values, list)), default=1)
        return {name: v if isinstance(v, list) else [v] * rows for name, v in named.items()}

    def frame(self) -> "DataFrame":
        """The same as a frame: a row for each item in their order, undefined numbers NaN."""
        import pandas as pd  # noqa: PLC0415  # takes half a second, and only who wants a frame waits for it

        return pd.DataFrame(self.columns())

    def part(self, start: int, stop: int) -> Self:
        """The same of the items from `start` up to `stop` alone; what is not told by item stays as it is."""
        of_part = {f.name: _cut(getattr(self, f.name), start, stop) for f in fields(self)}  # type: ignore[arg-type]
        return replace(self, **of_part)  # type: ignore[type-var]

    def __str__(self) -> str:
        columns = {name: values for name, values in self.columns().items() if _says_anything(name, values)}
        rows = max(map(len, columns.values()), default=0)
        written = [[name, *map(_written, values[:_SHOWN])] for name, values in columns.items()]
        widths = [max(map(len, column)) for column in written]
        lines = [_line(cells, widths) for cells in zip(*written, strict=True)]
        return "\n".join(lines + ([f"... {rows - _SHOWN} more"] if rows > _SHOWN else []))


def _cut(value: Any, start: int, stop: int) -> Any:
    if isinstance(value, Result):
        return value.part(start, stop)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(_cut(part, start, stop) for part in value))
    return value[start:stop] if isinstance(value, np.ndarray | tuple) else value


def _named(result: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    own = [(field.name, getattr(result, field.name)) for field in fields(result)]
    for name, value in sorted(own, key=lambda pair: pair[0] == "reasons"):
        yield from _flat(prefix + name, value)


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        for part in value._fields:
            yield from _flat(f"{name}_{part}", getattr(value, part))
    elif is_dataclass(value):
        yield from _named(value, f"{name}_")
    elif isinstance(value, np.ndarray) and value.ndim == 1:
        yield name, value.tolist()
    elif isinstance(value, np.ndarray) and value.ndim:
        yield name, [row.tolist() for row in value]
    else:
        yield name, list(value) if isinstance(value, tuple) else value


def _says_anything(name: str, values: Sequence[Any]) -> bool:
    return name != "reasons" or any(values)


def _written(value: Any) -> str:
    if value is None or (isinstance(value, float) and isnan(value)):
        return _NOTHING
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
