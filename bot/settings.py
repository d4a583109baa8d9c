"""Settings of a process, read once from the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import SettingError

_BOT_NAME = re.compile(r"[A-Za-z0-9_]{5,32}")  # as Telegram has them
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")  # what Telegram allows, and not short


class Secret(str):
    """A string that prints stars."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'****'"


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the table of settings: name, default, help."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting("PASSERELLE_MODE", "demonstration", "demonstration or production."),
    Setting("PASSERELLE_DATA", "var/data", "Folder of the embedded store and keys."),
    Setting("DATABASE_URL", "", "PostgreSQL address; empty: SQLite in the folder."),
    Setting("PASSERELLE_CHAT_HOST", "127.0.0.1", "Where the person's page listens."),
    Setting("PASSERELLE_CHAT_PORT", "8080", "Port of the person's page."),
    Setting("PASSERELLE_DESK_HOST", "127.0.0.1", "Where the desk listens."),
    Setting("PASSERELLE_DESK_PORT", "8081", "Port of the desk."),
    Setting("PASSERELLE_ENGINE_PORT", "5005", "Loopback port of the engine."),
    Setting("PASSERELLE_ACTION_PORT", "5055", "Loopback port of the actions."),
    Setting("PASSERELLE_PACKAGES", "", "Folder of languages; empty: in the data."),
    Setting("PASSERELLE_PACKAGE_PINS", "", "List of hashes; empty: in that folder."),
    Setting("PASSERELLE_TRANSLATOR_PAIRS", "6", "Languages kept in memory, by pairs."),
    Setting("PASSERELLE_TRANSLATOR_MEMORY", "2048", "Megabytes it may hold at most."),
    Setting(
        "ARGOS_PACKAGE_INDEX",
        "https://raw.githubusercontent.com/argosopentech/argospm-index/main/",
        "Where `passerelle languages install` finds packages.",
    ),
    Setting("PASSERELLE_CHAT_URL", "", "Public https address of the person's page."),
    Setting("PASSERELLE_DESK_URL", "", "Public https address of the desk."),
    Setting("PASSERELLE_LEAVE_URL", "https://www.meteo.be/", "Where Leave now goes."),
    Setting("PASSERELLE_SECRET", "", "32 bytes or more, base64; empty: made once."),
    Setting("PASSERELLE_RELAY_RECIPIENT", "", "The chat's public key, for the desk."),
    Setting("PASSERELLE_IDLE_HOURS", "24", "Hours until an idle conversation goes."),
    Setting("PASSERELLE_CASE_DAYS", "90", "Days until an inactive case goes."),
    Setting("PASSERELLE_WIPE_HOURS", "24", "Hours until Telegram messages go; < 48."),
    Setting("TELEGRAM_BOT_TOKEN", "", "Token of the bot; empty: no Telegram."),
    Setting("TELEGRAM_BOT_NAME", "", "The bot's name without @, for links to it."),
    Setting("TELEGRAM_API_URL", "https://api.telegram.org", "The Bot API server."),
    Setting("TELEGRAM_WEBHOOK_URL", "", "https address for updates; empty: polling."),
    Setting("TELEGRAM_WEBHOOK_SECRET", "", "Secret of the webhook, 16+ characters."),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a process runs with."""

    production: bool
    data: Path
    database_url: Secret
    chat_host: str
    chat_port: int
    desk_host: str
    desk_port: int
    engine_port: int
    action_port: int
    packages: Path
    package_pins: Path
    translator_pairs: int
    translator_memory: int
    package_index: str
    chat_url: str
    desk_url: str
    leave_url: str
    secret: Secret
    relay_recipient: str
    idle_hours: int
    case_days: int
    wipe_hours: int
    telegram_token: Secret
    telegram_bot_name: str
    telegram_api_url: str
    telegram_webhook_url: str
    telegram_webhook_secret: Secret

    @property
    def chat_address(self) -> str:
        """Where persons reach the page; in a demonstration, on this machine."""
        here = f"http://{self.chat_host}:{self.chat_port}"
        return f"{(self.chat_url or here).rstrip('/')}/"

    @property
    def engine_url(self) -> str:
        """Where the engine answers, on loopback only."""
        return f"http://127.0.0.1:{self.engine_port}"

    @property
    def translator_socket(self) -> Path:
        """Where the translator answers, to processes of this machine only."""
        return self.data / "translator.sock"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    Raises:
        SettingError: one is missing or malformed; the sentence names it.
    """
    table = _Table(os.environ if environ is None else environ)
    data = Path(table.text("PASSERELLE_DATA")).resolve()
    packages = Path(table.text("PASSERELLE_PACKAGES") or data / "languages").resolve()
    pins = Path(table.text("PASSERELLE_PACKAGE_PINS") or packages / "pins.txt")
    settings = Settings(
        production=table.choice("PASSERELLE_MODE", ("demonstration", "production"))
        == "production",
        data=data,
        database_url=Secret(table.text("DATABASE_URL") or f"sqlite:///{data}/store.db"),
        chat_host=table.text("PASSERELLE_CHAT_HOST"),
        chat_port=table.number("PASSERELLE_CHAT_PORT", 1, 65535),
        desk_host=table.text("PASSERELLE_DESK_HOST"),
        desk_port=table.number("PASSERELLE_DESK_PORT", 1, 65535),
        engine_port=table.number("PASSERELLE_ENGINE_PORT", 1, 65535),
        action_port=table.number("PASSERELLE_ACTION_PORT", 1, 65535),
        packages=packages,
        package_pins=pins.resolve(),
        translator_pairs=table.number("PASSERELLE_TRANSLATOR_PAIRS", 1, 200),
        translator_memory=table.number("PASSERELLE_TRANSLATOR_MEMORY", 512, 1024**2),
        package_index=table.address("ARGOS_PACKAGE_INDEX"),
        chat_url=table.address("PASSERELLE_CHAT_URL"),
        desk_url=table.address("PASSERELLE_DESK_URL"),
        leave_url=table.address("PASSERELLE_LEAVE_URL"),
        secret=Secret(table.text("PASSERELLE_SECRET")),
        relay_recipient=table.text("PASSERELLE_RELAY_RECIPIENT"),
        idle_hours=table.number("PASSERELLE_IDLE_HOURS", 1, 24 * 30),
        case_days=table.number("PASSERELLE_CASE_DAYS", 1, 3650),
        wipe_hours=table.number("PASSERELLE_WIPE_HOURS", 1, 47),
        telegram_token=Secret(table.text("TELEGRAM_BOT_TOKEN")),
        telegram_bot_name=table.name("TELEGRAM_BOT_NAME"),
        telegram_api_url=table.address("TELEGRAM_API_URL"),
        telegram_webhook_url=table.address("TELEGRAM_WEBHOOK_URL"),
        telegram_webhook_secret=Secret(table.text("TELEGRAM_WEBHOOK_SECRET")),
    )
    _check_telegram(settings)
    _check_production(settings)
    return settings


class _Table:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self._values = {s.name: environ.get(s.name, "") or s.default for s in SETTINGS}

    def text(self, name: str) -> str:
        return self._values[name].strip()

    def number(self, name: str, low: int, high: int) -> int:
        text = self.text(name)
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise SettingError(f"{name} must be a whole number from {low} to {high}.")
        return int(text)

    def name(self, name: str) -> str:
        text = self.text(name)
        if text and not _BOT_NAME.fullmatch(text):
            raise SettingError(f"{name} must be 5 to 32 letters, digits and _.")
        return text

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        text = self.text(name)
        if text not in allowed:
            raise SettingError(f"{name} must be one of: {', '.join(allowed)}.")
        return text

    def address(self, name: str) -> str:
        text = self.text(name)
        if text:
            try:
                parts = urlsplit(text)
                usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
            except ValueError:
                usable = False
            if not usable:
                raise SettingError(f"{name} must be an http or https address.")
        return text


def _check_telegram(settings: Settings) -> None:
    if not settings.telegram_webhook_url:
        return
    if not _SECRET.fullmatch(settings.telegram_webhook_secret):
        raise SettingError(
            "TELEGRAM_WEBHOOK_SECRET must have 16 to 256 letters, digits, - or _ when"
            " TELEGRAM_WEBHOOK_URL is set."
        )


def _check_production(settings: Settings) -> None:
    if not settings.production:
        return
    for name, value in (
        ("PASSERELLE_CHAT_URL", settings.chat_url),
        ("PASSERELLE_DESK_URL", settings.desk_url),
    ):
        if not value.startswith("https://"):
            raise SettingError(f"{name} must be an https address in production.")
    if not settings.secret:
        raise SettingError("PASSERELLE_SECRET must be set in production.")
