"""A desk with persons and colleagues to try it on; everything in it is real."""

import base64
import itertools
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import httpx
import pyrage
import uvicorn
from starlette.applications import Starlette

from bot.desk.app import build_app
from bot.desk.demo_identity import (
    derive_password_keys,
    new_identity,
    recipient_of,
    wrap_identity,
)
from bot.desk.parts import DeskParts
from bot.errors import ConflictError
from bot.intake.conversation import CaseId, Channel, Conversation, ConversationId, Step
from bot.intake.ports import Incoming, Kind, NewCase, TurnChange
from bot.intake.reply import Author, Line
from bot.store.case_actions import CaseDesk
from bot.store.cases import CaseRow, list_cases
from bot.store.chain import audit_chain
from bot.store.changes import Changes
from bot.store.colleagues import Colleague, Role, add_centre
from bot.store.conversations import ConversationStore
from bot.store.database import Database
from bot.store.invitations import NewAccount, invite, set_up
from bot.store.schema import outbox
from bot.store.seal import Pocket, Sealer

PASSWORD = "correct horse battery"
AUDIT_KEY = b"an audit key that only tests use"
DESK_SECRET = b"a desk secret that only tests use"
CENTRES = {"pag-asa": "PAG-ASA", "payoke": "Payoke", "surya": "Sürya"}
LANGUAGES = {
    "en": "English",
    "fr": "Français",
    "ar": "العربية",
    "ro": "Română",
    "pa": "ਪੰਜਾਬੀ",
}
SALT = b"sixteen of bytes"
_stretch = cache(derive_password_keys)  # slow on purpose; once is enough here
_numbers = itertools.count(1)


class MovableClock:
    """A clock that goes only when told to, or with the wall clock plus an offset."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def move(self, **by: float) -> None:
        self.ahead += timedelta(**by)


@dataclass
class Person:
    """Somebody with a case; `write` is a turn, stored as the chat stores it."""

    house: "House"
    address: str
    case_id: str = ""
    number: str = ""

    def load(self) -> Conversation | None:
        return self.house.store.load(self._incoming())

    def write(self, text: str) -> None:
        try:
            self._write(text)
        except ConflictError:  # the desk was first: decide again, as a turn does
            self._write(text)

    def _write(self, text: str) -> None:
        before = self._now()
        case = self.house.store.case_of(before)
        assert case is not None
        sealed = self.house.sealer.seal(case.recipient, text)
        self._commit(TurnChange(before, before, self._incoming(), sealed_words=sealed))

    def change(self, **what: Any) -> None:
        before = self._now()
        self._commit(TurnChange(before, changed(before, **what), self._incoming()))

    def hear(self, key: str) -> None:
        """A bot line enters the outbox, as after a turn."""
        before = self._now()
        line = Line(key, {}, (), Author.BOT)
        self._commit(TurnChange(before, before, self._incoming(), lines=[line]))

    def erase_everything(self) -> None:
        before = self._now()
        incoming = self._incoming()
        self._commit(TurnChange(before, before, incoming, erase_conversation=True))

    def _now(self) -> Conversation:
        found = self.load()
        assert found is not None
        return found

    def _commit(self, change: TurnChange) -> None:
        self.house.store.commit(change, now=self.house.clock())

    def _incoming(self) -> Incoming:
        update = f"update-{next(_numbers)}"
        return Incoming(Channel.WEB, self.address, update, Kind.TEXT, "")


@dataclass
class House:
    """All that a desk stands on."""

    database: Database
    pocket: Pocket
    clock: MovableClock = field(default_factory=MovableClock)
    sealer: Sealer = field(default_factory=Sealer)
    options: Mapping[str, Any] = field(default_factory=dict)
    identities: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.relay = pyrage.x25519.Identity.generate()
        self.store = ConversationStore(self.database, self.pocket)
        self.parts = DeskParts(
            database=self.database,
            changes=Changes(self.database),
            audit=audit_chain(AUDIT_KEY),
            clock=self.clock,
            secret=DESK_SECRET,
            relay_recipient=str(self.relay.to_public()),
            centres=CENTRES,
            languages=LANGUAGES,
            right_to_left=frozenset({"ar"}),
            first_languages={"payoke": "fr"},
            spoken=("fr", "ar"),
            chat_address="http://chat.test/",
            **self.options,
        )
        self.app = build_app(self.parts)

    def add_colleague(
        self, name: str, centre: str = "pag-asa", role: Role = Role.CASEWORKER
    ) -> Colleague:
        """An account with PASSWORD; the first of a centre makes its identity."""
        identity = self.identities.setdefault(centre, new_identity())
        key, unlock = _stretch(PASSWORD, SALT)
        recipient, wrapped = recipient_of(identity), wrap_identity(identity, unlock)
        account = NewAccount(name, name.title(), SALT, key, recipient, wrapped)
        with self.database.write() as connection:
            token = self.invite(connection, centre, role)
            made = set_up(connection, token, account, now=self.clock())
        assert isinstance(made, Colleague)
        return made

    def add_outreach(self, name: str, centre: str = "pag-asa") -> Colleague:
        """An account without any key, as whoever hands out cards has."""
        key, _ = _stretch(PASSWORD, SALT)
        account = NewAccount(name, name.title(), SALT, key)
        with self.database.write() as connection:
            token = self.invite(connection, centre, Role.OUTREACH)
            made = set_up(connection, token, account, now=self.clock())
        assert isinstance(made, Colleague)
        return made

    def invite(
        self, connection: Any, centre: str, role: Role = Role.ADMINISTRATOR
    ) -> str:
        add_centre(connection, centre, now=self.clock())
        lasting = timedelta(days=1)
        return invite(connection, centre, role, now=self.clock(), valid_for=lasting)

    def desk_of(self, who: Colleague, connection: Any) -> CaseDesk:
        """This colleague at work, without the server in between."""
        return CaseDesk(
            connection,
            self.parts.audit,
            who.centre_id,
            who.id,
            who.role.value,
            self.clock(),
        )

    def act(self, who: Colleague, action: str, *args: Any, **options: Any) -> Any:
        """One act of a colleague, in a transaction of its own."""
        with self.database.write() as connection:
            return getattr(self.desk_of(who, connection), action)(*args, **options)

    def cases_of(self, who: Colleague) -> list[CaseRow]:
        with self.database.read() as connection:
            return list_cases(connection, centre_id=who.centre_id, colleague_id=who.id)

    def outbox(self) -> list[Any]:
        with self.database.read() as connection:
            return list(connection.execute(outbox.select().order_by(outbox.c.id)))

    def new_person(self, centre: str = "pag-asa", **case: Any) -> Person:
        """Somebody who has just handed over a case to this centre."""
        person = Person(self, secrets.token_hex(8))
        text = case.pop("text", "I would like to talk to someone.")
        recipient, sealed_key = self.sealer.new_case_key(
            recipient_of(self.identities[centre])
        )
        told = {"language": "en", "urgent": False, "interpreter": False}
        told |= {"may_write": True, "review_status": "reviewed"}
        new = NewCase(
            id=CaseId(secrets.token_hex(16)),
            number=f"{secrets.randbelow(1_000_000):06}",
            centre=centre,
            recipient=recipient,
            sealed_key=sealed_key,
            sealed_text=self.sealer.seal(recipient, text),
            **(told | case),
        )
        start = Conversation(
            ConversationId(secrets.token_hex(8)), Channel.WEB, new.language or "en"
        )
        after = changed(start, step=Step.RELAY, case_id=new.id)
        person._commit(TurnChange(None, after, person._incoming(), new_case=new))
        person.case_id, person.number = new.id, new.number
        return person


@contextmanager
def serve(house: House) -> Iterator[str]:
    """The desk on a free loopback port, for as long as it is needed."""
    with serve_app(house.app) as url:
        yield url


@contextmanager
def serve_app(app: Starlette) -> Iterator[str]:
    """Any application on a free loopback port."""
    config = uvicorn.Config(app, port=0, log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(timeout=10)


class DeskBrowser:
    """What a colleague's browser does, without the page: derive, sign in, open."""

    def __init__(self, house: House, name: str, client: httpx.Client) -> None:
        self.client, self.house = client, house
        salt = base64.b64decode(self.post("/api/salt", name=name).json()["salt"])
        key, unlock = _stretch(PASSWORD, salt)
        signed_in = self.post("/api/sign-in", name=name, key=encode(key))
        assert signed_in.status_code == 200
        self.welcome = signed_in.json()
        wrapped = base64.b64decode(self.welcome["wrapped"])
        if wrapped:
            opened = pyrage.passphrase.decrypt(wrapped, unlock).decode()
            self.identity = pyrage.x25519.Identity.from_str(opened)
        self.headers = {"Authorization": f"Bearer {self.welcome['token']}"}

    headers: Mapping[str, str] = {}

    def post(self, path: str, **body: Any) -> Any:
        return self.client.post(path, json=body, headers=self.headers)

    def get(self, path: str) -> Any:
        return self.client.get(path, headers=self.headers)

    def act(self, person: Person, action: str, **body: Any) -> Any:
        return self.post(f"/api/cases/{person.case_id}/{action}", **body)

    def cases(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("/api/cases").json()["cases"]
        return found

    def read(self, person: Person) -> list[str]:
        """Open the case and read its messages, as the page does."""
        told = self.act(person, "open").json()
        key = self._open(told["sealed_key"], self.identity)
        case = pyrage.x25519.Identity.from_str(key)
        return [self._open(line["sealed"], case) for line in told["messages"]]

    def write(self, person: Person, text: str) -> Any:
        opened = self.act(person, "open").json()
        seal = self.house.sealer.seal
        return self.act(
            person,
            "messages",
            to_case=encode(seal(opened["recipient"], text)),
            to_relay=encode(seal(self.welcome["relay"], text)),
        )

    @staticmethod
    def _open(sealed: str, identity: Any) -> str:
        opened: bytes = pyrage.decrypt(base64.b64decode(sealed), [identity])
        return opened.decode()


def encode(value: bytes) -> str:
    return base64.b64encode(value).decode()
