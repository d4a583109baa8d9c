"""The rules with every neighbour in memory, and a person who writes to them."""

import itertools
from dataclasses import dataclass, field, replace
from typing import Any

from bot.intake.control import Control
from bot.intake.conversation import Channel, Conversation
from bot.intake.ports import Incoming, Kind, TurnChange
from bot.intake.rules import Rules
from bot.intake.turn import Screen, Turns
from tests.fakes import (
    FakeCatalogs,
    FakeClock,
    FakeDirectory,
    FakeEngine,
    FakeSealer,
    FakeStore,
)

LANGUAGES = ("en", "nl", "fr", "ar")
TOPICS = frozenset({"residence", "police", "wages", "human", "interpreter", "under_18"})
_updates = itertools.count(1)


@dataclass
class World:
    """The rules and their neighbours."""

    control: Control
    store: FakeStore = field(default_factory=FakeStore)
    engine: FakeEngine = field(default_factory=FakeEngine)
    catalogs: FakeCatalogs = field(default_factory=FakeCatalogs)
    directory: FakeDirectory = field(default_factory=FakeDirectory)
    sealer: FakeSealer = field(default_factory=FakeSealer)
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.store.recipients = {"pag-asa": "P", "payoke": "Y", "surya": "S"}
        self.use()

    def use(self, **neighbours: Any) -> None:
        """Build the rules anew, with other neighbours where they are given."""
        for name, neighbour in neighbours.items():
            setattr(self, name, neighbour)
        self.rules = Rules(
            store=self.store,
            engine=self.engine,
            catalogs=self.catalogs,
            directory=self.directory,
            sealer=self.sealer,
            clock=self.clock,
            control=self.control,
            languages=LANGUAGES,
            phone_tags=dict(zip(LANGUAGES, LANGUAGES, strict=True)),
            topics=TOPICS,
        )
        self.turns = Turns(self.rules)
        self.engine.dialogue = self.turns.dialogue

    def person(
        self, address: str = "first", channel: Channel = Channel.WEB
    ) -> "Person":
        return Person(self, address, channel)


@dataclass
class Person:
    """Somebody with a phone; remembers the last screen, as a phone does."""

    world: World
    address: str
    channel: Channel
    language: str = "en"
    screen: Screen | None = None

    def incoming(self, kind: Kind, text: str, update: str | None = None) -> Incoming:
        update = update or f"u{next(_updates)}"
        return Incoming(self.channel, self.address, update, kind, text, self.language)

    async def sends(self, kind: Kind, text: str, update: str | None = None) -> Screen:
        self.screen = await self.world.turns.handle(self.incoming(kind, text, update))
        return self.screen

    async def types(self, text: str) -> Screen:
        return await self.sends(Kind.TEXT, text)

    async def starts(self) -> Screen:
        return await self.sends(Kind.COMMAND, "start")

    async def taps(self, token: str) -> Screen:
        return await self.sends(Kind.BUTTON, token)

    async def presses(self, *labels: str) -> Screen:
        """Press one button after the other, each on the screen then shown."""
        for label in labels:
            await self.taps(self.token(label))
        assert self.screen is not None
        return self.screen

    def token(self, label: str) -> str:
        return {name: token for token, name in self.buttons}[f"button.{label}"]

    @property
    def buttons(self) -> list[tuple[str, str]]:
        lines = self.screen.lines if self.screen else ()
        return [pair for line in lines for pair in line.tokens]

    @property
    def keys(self) -> list[str]:
        return [line.key for line in self.screen.lines] if self.screen else []

    @property
    def conversation(self) -> Conversation:
        return self.world.store.conversations[self.channel, self.address]

    @property
    def last(self) -> TurnChange:
        return self.world.store.changes[-1]

    def put(self, **changes: Any) -> None:
        """Change what is stored, as another process would."""
        place = self.channel, self.address
        held = self.world.store.conversations[place]
        changes.setdefault("version", held.version + 1)
        self.world.store.conversations[place] = replace(held, **changes)

    def set_case(self, status: str) -> None:
        cases = self.world.store.cases
        case_id = self.conversation.case_id
        cases[case_id] = replace(cases[case_id], status=status)


TO_MENU = ("go_on", "yes", "yes")
TO_CONTACT = ("human", "adult", *["understood"] * 4)
WITH_NOTES = ("contact_write", "morning", "only_me", "skip")
TO_PREVIEW = (*TO_MENU, *TO_CONTACT, *WITH_NOTES, "brussels", "this_centre")
TO_RELAY = (*TO_PREVIEW, "confirm", "yes", "yes", "yes")
