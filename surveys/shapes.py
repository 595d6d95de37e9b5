"""Whether plain data has the shape of a struct, and if not, every place where it differs, for a researcher.

msgspec stops at the first mistake and speaks of objects and fields. Whoever writes a study by hand speaks of
keys and tables, and wants to hear of all mistakes at once.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from surveys.errors import Fault, FaultyFile
from surveys.hints import hint, listed

T = TypeVar("T")
Fit = Iterator[tuple[str, str]]  # where, and what to do there

TOP = "top of the file"

_KINDS: tuple[tuple[Any, str], ...] = (
    (bool, "true or false"),
    (str, "text"),
    (int, "a whole number"),
    (float, "a number"),
    (dict, "a table of keys"),
    (list, "a list"),
    ((date, datetime, time), "a date or time"),
)
_WANTED: dict[type[inspect.Type], tuple[tuple[type, ...], str]] = {
    inspect.StrType: ((str,), 'text in quotes, such as "text"'),
    inspect.IntType: ((int,), "a whole number without quotes, such as 9"),
    inspect.FloatType: ((int, float), "a number without quotes, such as 1.0"),
    inspect.BoolType: ((bool,), "true or false, without quotes"),
}


def convert(data: Any, type_: type[T], file: str) -> T:
    """The value of this type that `data` says, or FaultyFile with every mistake by its key."""
    try:
        return msgspec.convert(data, type_)
    except msgspec.ValidationError as error:
        misfits = list(_misfits(data, inspect.type_info(type_), "")) or [("", f"{error}.")]
        raise FaultyFile([Fault(file, where or TOP, sentence) for where, sentence in misfits]) from error


def _misfits(data: Any, shape: inspect.Type, where: str) -> Fit:
    match shape:
        case inspect.StructType():
            yield from _table_misfits(data, shape, where)
        case inspect.DictType():
            yield from _dict_misfits(data, shape, where)
        case inspect.VarTupleType():
            yield from _list_misfits(data, shape.item_type, where)
        case inspect.TupleType():
            yield from _row_misfits(data, shape.item_types, where)
        case inspect.UnionType(types):
            yield from _misfits(
                data, next(one for one in types if not isinstance(one, inspect.NoneType)), where
            )
        case inspect.LiteralType(values):
            if not _is_one_of(data, values):
                choices = listed([f"“{value}”" if isinstance(value, str) else f"{value}" for value in values])
                yield where, f"{_shown(data)} is not possible here; it can be {choices}."
        case _:
            yield from _plain_misfits(data, shape, where)


def _table_misfits(data: Any, shape: inspect.StructType, where: str) -> Fit:
    if not isinstance(data, dict):
        yield where, _unlike(data, "a table of keys, such as " + _table_example(where))
        return
    fields = {field.encode_name: field for field in shape.fields}
    for name, field in fields.items():
        if name in data:
            yield from _misfits(data[name], field.type, _below(where, name))
        elif field.required:
            yield where, f"The key “{name}” is missing. {_example(name, field.type, where)}"
    for name in data:
        if name not in fields:
            yield where, f"The key “{name}” is not known here. {hint(name, fields)}"


def _dict_misfits(data: Any, shape: inspect.DictType, where: str) -> Fit:
    if not isinstance(data, dict):
        yield where, _unlike(data, "a table of keys, such as " + _table_example(where))
        return
    names = shape.key_type.values if isinstance(shape.key_type, inspect.LiteralType) else None
    for name, value in data.items():
        if names is not None and name not in names:
            yield where, f"The key “{name}” is not known here. {hint(name, map(str, names))}"
        else:
            yield from _misfits(value, shape.value_type, _below(where, name))


def _list_misfits(data: Any, shape: inspect.Type, where: str) -> Fit:
    if not isinstance(data, list):
        yield where, _unlike(data, f"written as [[{where}]], once for each")
        return
    for number, value in enumerate(data, start=1):
        yield from _misfits(value, shape, f"{where} {number}")


def _row_misfits(data: Any, shapes: tuple[inspect.Type, ...], where: str) -> Fit:
    if not isinstance(data, list) or len(data) != len(shapes):
        yield where, _unlike(data, f"{len(shapes)} values in square brackets, such as [1, 3]")
        return
    for value, shape in zip(data, shapes, strict=True):
        yield from _misfits(value, shape, where)


def _plain_misfits(data: Any, shape: inspect.Type, where: str) -> Fit:
    types, wanted = _WANTED.get(type(shape), ((object,), ""))
    is_flag = isinstance(data, bool) and bool not in types and object not in types
    if is_flag or not isinstance(data, types):
        yield where, _unlike(data, wanted)


def _is_one_of(data: Any, values: tuple[Any, ...]) -> bool:
    return any(data == value and type(data) is type(value) for value in values)


def _unlike(data: Any, wanted: str) -> str:
    return f"{_shown(data)} is {_kind(data)}; this must be {wanted}."


def _shown(data: Any) -> str:
    text = " ".join(str(data).split())
    return f"“{text[:40]}…”" if len(text) > 41 else f"“{text}”"


def _kind(data: Any) -> str:
    return next((name for types, name in _KINDS if isinstance(data, types)), "something else")


def _example(name: str, shape: inspect.Type, where: str) -> str:
    match shape:
        case inspect.StructType() | inspect.DictType():
            return f"Add a table [{_table_name(_below(where, name))}]."
        case inspect.VarTupleType():
            return f"Add at least one [[{name}]]."
        case inspect.IntType():
            return f"Add a line such as {name} = 9"
        case _:
            return f'Add a line such as {name} = "…"'


def _table_example(where: str) -> str:
    return f"[{_table_name(where)}] with its keys below it" if where else "[scale] with its keys below it"


def _table_name(where: str) -> str:
    """How TOML writes what stands at "criteria 2, anchors": criteria.anchors."""
    return re.sub(r" \d+(, )?", ".", where).rstrip(".")


def _below(where: str, name: str) -> str:
    if not where:
        return name
    return f"{where}, {name}" if where[-1].isdigit() else f"{where}.{name}"
