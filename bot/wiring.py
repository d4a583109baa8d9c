"""The one place that builds things from settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.directory.load import Directory, load_directory
from bot.engine import RasaEngine
from bot.intake.rules import Rules
from bot.intake.turn import Turns
from bot.keys import (
    RELAY_FILE,
    house_secret,
    keys_folder,
    refuse_demonstration_keys,
)
from bot.language.catalogs import Catalogs
from bot.language.control_lists import load_control
from bot.language.identify import LanguageIdentifier
from bot.language.languages import Languages
from bot.rule_book import RuleBook
from bot.settings import Settings
from bot.store.conversations import ConversationStore
from bot.store.database import Database, open_database
from bot.store.seal import Pocket, RelayIdentity, Sealer

ROOT = Path(__file__).resolve().parent.parent
NLU_DATA = ROOT / "nlu_data"
TRANSLATIONS = ROOT / "translations"
DIRECTORY = ROOT / "bot" / "directory" / "be.yml"
RELAY_RECIPIENT_FILE = "relay-recipient"  # public: the desk's pages seal to it
# What "did you mean" may offer: topics and ways to a human, never a control.
NOT_OFFERED = frozenset(
    {
        *("stop", "erase", "danger", "self_harm", "numbers", "yes", "no", "menu"),
        *("not_understood", "greet", "thanks", "tell_story", "out_of_scope"),
    }
)


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that is said, and what is known of the languages."""

    languages: Languages
    catalogs: Catalogs
    directory: Directory
    outreach: Catalogs  # for those who help others, in a few languages


@dataclass(frozen=True, slots=True)
class Chat:
    """What the channels of the chat process work with."""

    settings: Settings
    words: Words
    rules: Rules
    turns: Turns
    database: Database
    pocket: Pocket
    relay: RelayIdentity


def load_words(settings: Settings) -> Words:
    """Languages, catalogs and the directory, checked for this mode.

    Raises:
        PasserelleError: in production, an entry is unverified or too old.
    """
    languages = Languages(NLU_DATA / "languages.yml")
    directory = load_directory(DIRECTORY)
    if settings.production:
        directory.check_production(now())
    arguments = directory.arguments()
    catalogs = Catalogs(TRANSLATIONS, languages, arguments)
    outreach = Catalogs(TRANSLATIONS, languages, arguments, domain="outreach")
    return Words(languages, catalogs, directory, outreach)


@asynccontextmanager
async def open_chat(settings: Settings) -> AsyncIterator[Chat]:
    """The chat process's parts; all that can fail fails before the store opens."""
    refuse_demonstration_keys(settings)
    words = load_words(settings)
    pocket = Pocket(house_secret(settings))
    relay = RelayIdentity.load_or_make(keys_folder(settings) / RELAY_FILE)
    (settings.data / RELAY_RECIPIENT_FILE).write_text(relay.recipient)
    rule_book = RuleBook(NLU_DATA)
    enabled = tuple(language.tag for language in words.languages.enabled)
    # Also those not offered yet: somebody may stop in a language we do not speak.
    control = load_control(NLU_DATA, (row.tag for row in words.languages.all))
    database = open_database(str(settings.database_url))
    try:
        async with RasaEngine(settings.engine_url, rule_book) as engine:
            rules = Rules(
                store=ConversationStore(database, pocket),
                engine=engine,
                catalogs=words.catalogs,
                directory=words.directory,
                sealer=Sealer(),
                clock=now,
                control=control,
                languages=enabled,
                phone_tags=words.languages.of_phones(),
                topics=offered_intents(),
                guess_language=LanguageIdentifier(enabled).guess,
            )
            yield Chat(settings, words, rules, Turns(rules), database, pocket, relay)
    finally:
        database.close()


def offered_intents() -> frozenset[str]:
    """The intents of English, which has them all, less those never offered."""
    files = (NLU_DATA / "en").glob("*.yml")
    return frozenset(path.stem for path in files) - NOT_OFFERED - {"control"}


def now() -> datetime:
    """The clock: now, aware, in UTC."""
    return datetime.now(UTC)
