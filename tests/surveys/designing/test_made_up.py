"""Feedback is made up for any protocol, the same at each look, with what is said where few answered."""

from random import Random

import pytest

from surveys import feedback, library
from surveys.designing import made_up
from surveys.designing.templates import TEMPLATES
from surveys.exchange import study_files
from surveys.visibility import Level


@pytest.mark.parametrize("key", [template.key for template in TEMPLATES])
def test_it_has_strips_of_every_kind_and_is_the_same_each_time(key: str) -> None:
    protocol = study_files.read(library.folder(key)).protocol
    fed, again = (made_up.feedback(protocol, range(1, 6), Random("a study 2")) for _ in range(2))
    assert fed == again
    assert fed.few == (2, 3)
    assert fed.results.is_simulated
    criterion, panel = protocol.criteria[0].key, protocol.panels[0].key
    levels = {
        item: feedback.strips(protocol, fed.results, item, criterion, panel=panel, counted_in=panel)[0].level
        for item in (1, 2, 3)
    }
    assert levels == {1: Level.FULL, 2: Level.HIDDEN, 3: Level.LIMITED}
    own = made_up.own_answers(protocol, [(1, 1), (1, 2)], Random("a study 2"))
    assert all(protocol.scale.low <= (one.value or 0) <= protocol.scale.high for one in own.values())


def test_without_items_there_is_nothing_to_feed_back() -> None:
    protocol = study_files.read(library.folder("likert")).protocol
    assert made_up.feedback(protocol, [], Random("x")).few == ()
