"""The parts of a protocol as forms: each written into fields, and read out of them again."""

from delphi.page import Form
from delphi.pages.design import row_forms
from delphi.pages.design.fields import TICKED, PartForm, Read, text_of, ticked, written_rows
from surveys.designing.notes import NOTES
from surveys.protocol import ConsentTexts, Reopening
from surveys.protocol_reading import MOST_ROUNDS
from surveys.studies import Study

BANDS = ("low", "middle", "high")
SHEET = (
    "version",
    "about",
    "scale_help",
    "duration",
    "pausing",
    "withdrawing",
    "answers",
    "contact_name",
    "contact_email",
    "contact_phone",
    "support",
    "emergency_number",
)
CONSENTS = ("take_part", "show_comments", "quote")
BOTH_ENDS = "A band has a first and a last number. Only the middle one may be left empty, both of it."
NO_NAME = "Give this a name in a word or two, such as stopping."


def _aims_written(study: Study) -> dict[str, str]:
    return {"title": study.protocol.title, "aims": study.protocol.aims}


def _aims_read(form: Form, _study: Study) -> Read:
    data = {"title": " ".join(text_of(form, "title").split()), "aims": text_of(form, "aims")}
    return Read(data, {"title": "title", "aims": "aims"})


def _scale_written(study: Study) -> dict[str, str]:
    plan = study.protocol.scale
    fields = {"low": f"{plan.low}", "high": f"{plan.high}"}
    for name in BANDS:
        first, last = plan.bands.get(name, ("", ""))  # type: ignore[call-overload]
        fields |= {f"{name}.first": f"{first}", f"{name}.last": f"{last}"}
    return fields


def _scale_read(form: Form, _study: Study) -> Read:
    read = Read(places={"scale": "low"})
    bands = {}
    for name in BANDS:
        ends = [f"{name}.first", f"{name}.last"]
        filled = [end for end in ends if text_of(form, end)]
        if len(filled) == 1:
            read.refuse(next(end for end in ends if end not in filled), BOTH_ENDS)
        if len(filled) == 2:
            bands[name] = [read.whole(form, end) for end in ends]
    scale = {"low": read.whole(form, "low"), "high": read.whole(form, "high"), "bands": bands}
    read.data = {"scale": scale}
    return read


def _rounds_written(study: Study) -> dict[str, str]:
    plan = study.protocol
    again = plan.reopening or Reopening()
    return {
        "last": f"{plan.rounds.last}",
        "join_late": ticked(plan.rounds.join_late),
        "block_size": f"{plan.rounds.block_size}",
        "reopen.requests": f"{again.requests or ''}",
        "reopen.otherwise": again.otherwise,
        "panels": plan.feedback.panels,
        "comments": ticked(plan.feedback.comments),
        "ask_why": ticked(plan.feedback.ask_why),
        "hidden_below": f"{plan.suppression.hidden_below}",
        "limited_below": f"{plan.suppression.limited_below}",
    }


def _rounds_read(form: Form, _study: Study) -> Read:
    read = Read()
    read.data = {
        "rounds": {
            "last": read.within(form, "last", 1, MOST_ROUNDS),
            "join_late": bool(form.get("join_late")),
            "block_size": read.within(form, "block_size", 1),
        },
        "feedback": {
            "panels": text_of(form, "panels"),
            "comments": bool(form.get("comments")),
            "ask_why": bool(form.get("ask_why")),
        },
        "suppression": {
            "hidden_below": (hidden := read.within(form, "hidden_below", 1)),
            "limited_below": read.within(form, "limited_below", max(hidden, 1)),
        },
    }
    again = {
        "requests": read.within(form, "reopen.requests", 1) if text_of(form, "reopen.requests") else 0,
        "otherwise": text_of(form, "reopen.otherwise"),
    }
    if any(again.values()):
        read.data["reopening"] = again
    read.places |= {
        "rounds.last": "last",
        "rounds.block_size": "block_size",
        "reopening.requests": "reopen.requests",
        "reopening.otherwise": "reopen.otherwise",
        "feedback.panels": "panels",
        "suppression.hidden_below": "hidden_below",
        "suppression.limited_below": "limited_below",
    }
    return read


def _information_written(study: Study) -> dict[str, str]:
    own = study.protocol.consents or ConsentTexts()
    return {name: getattr(study.protocol.information, name) for name in SHEET} | {
        f"consents.{name}": getattr(own, name) for name in CONSENTS
    }


def _information_read(form: Form, _study: Study) -> Read:
    data = {"information": {name: text_of(form, name) for name in SHEET}}
    consents = {name: text_of(form, f"consents.{name}") for name in CONSENTS}
    if any(consents.values()):
        data["consents"] = consents
    places = {f"information.{name}": name for name in SHEET}
    return Read(data, places | {f"consents.{name}": f"consents.{name}" for name in CONSENTS})


def _grids_written(study: Study) -> dict[str, str]:
    plan = study.protocol.grids
    if plan is None:
        return {"drawn": "", "across": "", "up": "", "audiences": ""}
    return {"drawn": TICKED, "across": plan.across, "up": plan.up, "audiences": plan.audiences}


def _grids_read(form: Form, study: Study) -> Read:
    if not form.get("drawn"):
        return Read()
    read = Read({"grids": {name: text_of(form, name) for name in ("across", "up", "audiences")}})
    wanted = text_of(form, "audiences")
    if wanted and wanted not in study.vocabularies:
        read.refuse("audiences", "Items have no tags of this name.")
    if text_of(form, "across") == text_of(form, "up"):
        read.refuse("up", "A grid has two criteria: choose another one here.")
    read.places |= {"grids.across": "across", "grids.up": "up"}
    return read


def _notes_written(study: Study) -> dict[str, str]:
    said = study.protocol.provenance
    fields = {f"note.{note.field}.text": said.get(note.key, "") for note in NOTES}
    others = {key: text for key, text in said.items() if key not in {note.key for note in NOTES}}
    for number, (key, text) in enumerate(others.items(), start=1):
        fields |= {f"other.{number}.name": key, f"other.{number}.text": text}
    return fields


def _notes_read(form: Form, _study: Study) -> Read:
    read = Read()
    notes = {note.key: text_of(form, f"note.{note.field}.text") for note in NOTES}
    said = {key: text for key, text in notes.items() if text}
    for handle, row in written_rows(form, "other", ("name", "text")):
        name = row["name"]
        if not name:
            read.refuse(f"other.{handle}.name", NO_NAME)
        elif name in said:
            read.refuse(f"other.{handle}.name", f"“{name}” stands above already: give this another name.")
        said[name] = row["text"]
    read.data = {"provenance": said}
    return read


FORMS: dict[str, PartForm] = {
    "aims": PartForm(
        "Title and aims", "What the study is called, and what it is to find out.", _aims_written, _aims_read
    ),
    "criteria": PartForm(
        "Criteria",
        "What every item is judged by, and the words of the question that panellists read.",
        row_forms.criteria_written,
        row_forms.criteria_read,
    ),
    "scale": PartForm(
        "Scale",
        "The numbers that panellists choose from, and which of them count as low, middle and high.",
        _scale_written,
        _scale_read,
    ),
    "panels": PartForm(
        "Panels",
        "The groups that you ask. Each has a verdict of its own: a larger one never outvotes a smaller.",
        row_forms.panels_written,
        row_forms.panels_read,
    ),
    "rules": PartForm(
        "Consensus rules",
        "When a panel has agreed that an item is in, or out.",
        row_forms.rules_written,
        row_forms.rules_read,
    ),
    "rounds": PartForm(
        "Rounds and feedback",
        "How often you ask, what panellists see of the round before, and how small groups are protected.",
        _rounds_written,
        _rounds_read,
    ),
    "information": PartForm(
        "Information sheet",
        "What panellists read before they agree to take part. Have it approved first.",
        _information_written,
        _information_read,
    ),
    "grids": PartForm(
        "Priority grids",
        "A figure of two criteria, one across and one upwards, in which every item has its place.",
        _grids_written,
        _grids_read,
    ),
    "notes": PartForm(
        "Notes for the report",
        "What a paper on the study will have to say and nothing else here does. It is part of the protocol.",
        _notes_written,
        _notes_read,
    ),
}
