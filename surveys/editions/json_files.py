"""Files of JSON as plain data, before anybody asks what it means."""

import json
from typing import Any

from surveys.errors import Fault, FaultyFile
from surveys.exchange import text_files


def parsed(data: bytes, name: str) -> Any:
    """What stands in a file of JSON."""
    try:
        return json.loads(text_files.decode(data, name))
    except json.JSONDecodeError as error:
        sentence = "This is no JSON, or a part of it is missing. Download the file again."
        raise FaultyFile([Fault(name, f"line {error.lineno}", sentence)]) from error
