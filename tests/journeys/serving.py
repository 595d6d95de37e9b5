"""The whole service on a real port, in this process, with a study that its researcher can sign in to."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from delphi import app, clock
from delphi.settings import Settings
from surveys import access, database, items, panels, ratings, rounds, studies
from surveys.items import ItemPlan
from surveys.ratings import Answer
from tests.surveys import examples

STUDY, EMAIL, PASSWORD = "fairer-care", "alice@example.org", "correct horse battery"
SECRET = "x" * 40
ITEMS = ("Longer appointments", "Interpreters at the desk", "A bus to the surgery")


@dataclass(frozen=True)
class Service:
    """Where the service answers, and its database behind it."""

    address: str
    engine: Engine

    def the_others_answer(self, number: int, value: int) -> None:
        """Everybody but bob and grace rates every item alike, as they would through the pages."""
        with Session(self.engine) as session, session.begin():
            study = studies.get(session, STUDY)
            round_ = rounds.get_round(session, study, number)
            places = [(asked.item_id, criterion.id) for asked in round_.items for criterion in study.criteria]
            for who in panels.list_panellists(session, study):
                if who.code not in ("bob", "grace"):
                    ratings.save(session, round_, who, dict.fromkeys(places, Answer(value)), now=clock.now())


@contextmanager
def serving(url: str) -> Iterator[Service]:
    """The service on this database, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = Settings(database_url=url, secret_key=SECRET, public_address=address)
        server = uvicorn.Server(uvicorn.Config(app.create(settings), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        engine = database.writing(database.connect(url))
        try:
            yield Service(address, engine)
        finally:
            engine.dispose()
            server.should_exit = True
            thread.join(10)


def load_study(engine: Engine) -> None:
    """A small study of two rounds and two panels, planned, with alice on its team."""
    with Session(engine) as session, session.begin():
        study = studies.create(session, STUDY, examples.protocol(), now=clock.now())
        items.add(session, study, [ItemPlan(f"item-{n}", title) for n, title in enumerate(ITEMS)])
        rounds.plan_first(session, study)
        alice = access.create_account(session, EMAIL, "Alice", PASSWORD, now=clock.now())
        studies.add_member(session, study, alice, by="command line", now=clock.now())
