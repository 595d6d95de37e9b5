"""The parts of a protocol that are rows, as forms: criteria, panels and rules."""

from collections.abc import Mapping
from typing import Any

from delphi.page import Form
from delphi.pages.design.fields import Read, key_of, text_of, ticked, written_rows
from surveys.protocol_reading import RATING_COLUMNS
from surveys.studies import Study

ANCHORS = ("low", "middle", "high")
NO_CRITERION = "A study has at least one criterion: write its name here."
NO_PANEL = "A study has at least one panel: write its name here."
NO_RULE = "A study has at least one rule: write here when an item is in."


def criteria_written(study: Study) -> dict[str, str]:
    """The criteria as fields, a row each."""
    fields: dict[str, str] = {}
    for one in study.protocol.criteria:
        row = {"name": one.name, "question": one.question, "more": one.more}
        row |= {anchor: getattr(one.anchors, anchor) for anchor in ANCHORS}
        row["never_drops"] = ticked(not one.may_drop)
        fields |= {f"criterion.{one.key}.{name}": text for name, text in row.items()}
    return fields


def criteria_read(form: Form, study: Study) -> Read:
    """The criteria as the form says."""
    read, rows = Read(), []
    known = [one.key for one in study.protocol.criteria]
    taken = [*RATING_COLUMNS]
    for handle, row in written_rows(form, "criterion", ("name", "question", "more", *ANCHORS)):
        here = f"criterion.{handle}"
        key = key_of(handle, row["name"], known, taken, "criterion")
        taken.append(key)
        rows.append(
            {
                "key": key,
                "name": row["name"],
                "question": row["question"],
                "more": row["more"] or f"more {row['name'].lower()}",
                "may_drop": not form.get(f"{here}.never_drops"),
                "anchors": {anchor: row[anchor] for anchor in ANCHORS},
            }
        )
        read.places |= {f"criteria {len(rows)}, {name}": f"{here}.{name}" for name in ("name", "question")}
        read.places[f"criteria {len(rows)}, key"] = f"{here}.name"
    if not rows:
        read.refuse("criterion.new1.name", NO_CRITERION)
    read.data = {"criteria": rows}
    return read


def panels_written(study: Study) -> dict[str, str]:
    """The panels as fields, a row each."""
    fields: dict[str, str] = {}
    for one in study.protocol.panels:
        row = {
            "name": one.name,
            "recruitment": one.recruitment,
            "perspective": one.perspective,
            "weight": f"{one.weight:g}",
            "beside_grids": ticked(one.beside_grids),
        }
        fields |= {f"panel.{one.key}.{name}": text for name, text in row.items()}
    return fields


def panels_read(form: Form, study: Study) -> Read:
    """The panels as the form says."""
    read, rows = Read(places={"panels": "panel.new1.name"}), []
    known, taken = [one.key for one in study.protocol.panels], list[str]()
    for handle, row in written_rows(form, "panel", ("name", "recruitment", "perspective")):
        here = f"panel.{handle}"
        key = key_of(handle, row["name"], known, taken, "panel")
        taken.append(key)
        weight = read.number(form, f"{here}.weight") if text_of(form, f"{here}.weight") else 1.0
        is_beside = bool(form.get(f"{here}.beside_grids"))
        rows.append({"key": key, **row, "weight": weight, "beside_grids": is_beside})
        read.places |= {f"panels {len(rows)}, {name}": f"{here}.{name}" for name in ("name", "weight")}
        read.places[f"panels {len(rows)}, key"] = f"{here}.name"
    if not rows:
        read.refuse("panel.new1.name", NO_PANEL)
    read.data = {"panels": rows}
    return read


def rules_written(study: Study) -> dict[str, str]:
    """The rules and the type of quantiles as fields, a row each."""
    fields: dict[str, str] = {}
    for number, one in enumerate(study.protocol.rules, start=1):
        row = {
            "in": one.into,
            "out": one.out,
            "denominator": one.denominator,
            "minimum_n": f"{one.minimum_n}",
            "criterion": one.criterion,
            "panel": one.panel,
        }
        fields |= {f"rule.{number}.{name}": text for name, text in row.items()}
    return fields | {"quantiles": f"{study.protocol.quantiles}"}


def rules_read(form: Form, _study: Study) -> Read:
    """The rules and the type of quantiles as the form says."""
    read, rows = Read(places={"rules": "rule.1.in"}), list[Mapping[str, Any]]()
    for handle, row in written_rows(form, "rule", ("in", "out", "criterion", "panel")):
        here = f"rule.{handle}"
        if not row["in"]:
            if row["out"] in ("", "mirror"):  # only what the empty row came with
                continue
            read.refuse(f"{here}.in", NO_RULE)
        least = read.whole(form, f"{here}.minimum_n") if text_of(form, f"{here}.minimum_n") else 5
        denominator = text_of(form, f"{here}.denominator") or "rated"
        rows.append({**row, "out": row["out"] or "mirror", "denominator": denominator, "minimum_n": least})
        names = ("in", "out", "denominator", "minimum_n", "criterion", "panel")
        read.places |= {f"rules {len(rows)}, {name}": f"{here}.{name}" for name in names}
        read.places[f"rules {len(rows)}"] = f"{here}.in"
    if not rows and not read.faults:
        read.refuse("rule.1.in", NO_RULE)
    read.data = {"rules": rows, "quantiles": read.whole(form, "quantiles")}
    read.places["quantiles"] = "quantiles"
    return read
