"""The person's page on a real store, and browser tabs that know only forms."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from html import unescape

import httpx
import pyrage
import sqlalchemy as sa
from starlette.applications import Starlette

from bot.channels.gate import Gate
from bot.channels.ways_in import WaysIn
from bot.channels.web import build_web
from bot.directory.load import Directory
from bot.intake.conversation import Channel, Conversation
from bot.intake.ports import Incoming, Kind
from bot.intake.rules import Rules
from bot.intake.turn import Turns
from bot.settings import read_settings
from bot.store.conversations import ConversationStore
from bot.store.database import Database
from bot.store.schema import centre
from bot.store.seal import Pocket, RelayIdentity, Sealer
from bot.store.takeover import add_words, take_over
from bot.wiring import Chat, Words, load_words
from tests.fakes import FakeClock, FakeEngine
from tests.telegram_house import LANGUAGES, TOPICS, all_control

CENTRES = ("pag-asa", "payoke", "surya")
TO_MENU = ("go_on", "yes", "yes")
TO_CONTACT = ("human", "adult", *["understood"] * 4)
TO_PREVIEW = (*TO_MENU, *TO_CONTACT, "contact_here", "brussels", "this_centre")
TO_RELAY = (*TO_PREVIEW, "confirm", "yes", "yes")
_ARGUMENTS = dict.fromkeys(
    ("centre", "centre_phone", "centre_hours", "case_number", "code", "text"), ""
)
_BUTTON = re.compile(r'<button[^>]* value="([^"]*)"[^>]*>(.*?)</button>', re.DOTALL)
_BLOCK_END = re.compile(r"</p>|<br>|</li>")
_TAG = re.compile(r"<[^>]*>")


def _real_words() -> Words:
    return load_words(read_settings({}))


@dataclass
class WebHouse:
    """One database, the real texts and rules, and the engine played."""

    database: Database
    pocket: Pocket
    words: Words = field(default_factory=_real_words)
    engine: FakeEngine = field(default_factory=FakeEngine)
    clock: FakeClock = field(default_factory=FakeClock)
    relay: RelayIdentity = field(
        default_factory=lambda: RelayIdentity(str(pyrage.x25519.Identity.generate()))
    )

    def __post_init__(self) -> None:
        self.ways_in = WaysIn(self.database, self.clock)

    def chat(self, **values: str) -> Chat:
        """The parts of a chat process."""
        rules = Rules(
            store=ConversationStore(self.database, self.pocket),
            engine=self.engine,
            catalogs=self.words.catalogs,
            directory=self.words.directory,
            sealer=Sealer(),
            clock=self.clock,
            control=all_control(),
            languages=LANGUAGES,
            phone_tags=dict(zip(LANGUAGES, LANGUAGES, strict=True)),
            topics=TOPICS,
        )
        turns = Turns(rules)
        self.engine.dialogue = turns.dialogue
        settings = read_settings(values)
        return Chat(
            settings, self.words, rules, turns, self.database, self.pocket, self.relay
        )

    def app(self, gate: Gate | None = None, **values: str) -> Starlette:
        """What a browser meets."""
        return build_web(self.chat(**values), gate=gate, ways_in=self.ways_in)

    def use(self, directory: Directory) -> None:
        self.words = replace(self.words, directory=directory)

    def open_centres(self) -> None:
        """Let every centre receive handovers."""
        recipient = str(pyrage.x25519.Identity.generate().to_public())
        with self.database.write() as connection:
            for name in CENTRES:
                row = {"id": name, "recipient": recipient, "created_at": self.clock()}
                connection.execute(centre.insert(), row)

    def conversation(self, address: str) -> Conversation | None:
        store = ConversationStore(self.database, self.pocket)
        return store.load(Incoming(Channel.WEB, address, "look", Kind.TEXT, ""))

    def take_over(self, address: str) -> None:
        found = self.conversation(address)
        assert found is not None
        with self.database.write() as connection:
            assert take_over(connection, found.id, self.clock())

    def write_to(self, address: str, words: str, alias: str = "Alpha, PAG-ASA") -> None:
        """A caseworker's words, sealed to the relay as the desk's page does."""
        found = self.conversation(address)
        assert found is not None
        sealed = Sealer().seal(self.relay.recipient, words)
        with self.database.write() as connection:
            add_words(connection, found.id, sealed, alias=alias, now=self.clock())


@dataclass
class Tab:
    """A browser tab without script: what it shows is the last answer."""

    client: httpx.AsyncClient
    words: Words
    language: str = "en"
    answer: httpx.Response | None = None

    async def open(self, path: str = "/", **headers: str) -> "Tab":
        headers = {"accept-language": self.language} | headers
        self.answer = await self.client.get(path, headers=headers)
        return self

    async def post(self, **fields: str) -> httpx.Response:
        """Send the form of the page on the screen, with these fields changed."""
        told = {name: self.field(name) for name in ("a", "n", "l", "seen", "k")}
        told = {name: value for name, value in told.items() if value} | fields
        self.answer = await self.client.post("/", data=told)
        return self.answer

    async def press(self, *names: str) -> None:
        """Press these buttons of the dialogue, one after the other."""
        for name in names:
            label = self.text(f"button.{name}")
            tokens = [token for token, shown in self.buttons if shown == label]
            assert tokens, f"no button {name} among {self.buttons}"
            await self.post(do=tokens[-1])

    async def write(self, words: str) -> None:
        await self.post(do="say", text=words)

    def field(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.html)
        return found[1] if found else ""

    def text(self, key: str, **args: str) -> str:
        return self.words.catalogs.text(self.language, key, **_ARGUMENTS | args)

    def shows(self, key: str, **args: str) -> bool:
        """Whether the first sentence of this text is on the screen."""
        return self.text(key, **args).split("\n")[0] in self.shown

    @property
    def html(self) -> str:
        return self.answer.text if self.answer else ""

    @property
    def shown(self) -> str:
        """The page's main part as text."""
        main = self.html.partition("<main")[2].partition("</main>")[0]
        return unescape(_TAG.sub("", _BLOCK_END.sub("\n", main)))

    @property
    def buttons(self) -> Sequence[tuple[str, str]]:
        """Token and label of every button of the page."""
        return [
            (unescape(token), unescape(_TAG.sub("", inner)).strip())
            for token, inner in _BUTTON.findall(self.html)
        ]


@asynccontextmanager
async def browse(
    house: WebHouse, language: str = "en", gate: Gate | None = None
) -> AsyncIterator[Tab]:
    """A tab that has opened the page."""
    transport = httpx.ASGITransport(house.app(gate))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://page.test"
    ) as client:
        yield await Tab(client, house.words, language).open()


@asynccontextmanager
async def in_relay(house: WebHouse) -> AsyncIterator[Tab]:
    """A person whose case a caseworker has taken."""
    async with browse(house) as tab:
        await tab.press(*TO_RELAY)
        house.clock.move(seconds=2)  # the last line of the bot has arrived
        house.take_over(tab.field("a"))
        yield tab


def count(house: WebHouse, table: sa.Table) -> int:
    """How many rows a table has."""
    with house.database.read() as connection:
        return len(connection.execute(table.select()).all())
