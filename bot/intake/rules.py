"""The neighbours and small tables that every turn needs, built in one place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.intake.control import Control
from bot.intake.conversation import Intent
from bot.intake.ports import Catalogs, Clock, Directory, Engine, Sealer, Store
from bot.intake.reply import LANGUAGE_TOKEN, Button

# Measured by `make languages ARGS=--folds`: the training examples, each understood by
# a model that never saw it.
SURE = 0.9
ALARM = 0.4


@dataclass(frozen=True, slots=True)
class Rules:
    """All that a turn decides with; made by the wiring, once per process.

    Args:
        languages: enabled language tags, the first being the last resort.
        sure: confidence from which a typed topic is answered without asking back.
        alarm: confidence from which danger or self-harm gets its numbers.
        guess_language: the tag of the language of a text, where there is little doubt.
        phone_tags: lower-case tags that a phone may be set to, and the enabled language
            that serves each.
        topics: intents that may be offered as "did you mean".
    """

    store: Store
    engine: Engine
    catalogs: Catalogs
    directory: Directory
    sealer: Sealer
    clock: Clock
    control: Control
    languages: tuple[str, ...]
    topics: frozenset[str]
    phone_tags: Mapping[str, str]
    guess_language: Callable[[str], str | None] = lambda _text: None
    sure: float = SURE
    alarm: float = ALARM

    def choose_language(self, wanted: str | None) -> str:
        """The enabled language that fits the channel's wish, exactly or by base tag."""
        for tag in (wanted or "").replace("_", "-").lower().split(","):
            for candidate in (tag, tag.split("-")[0]):
                if candidate in self.phone_tags:
                    return self.phone_tags[candidate]
        return self.languages[0]

    def buttons(self, *names: str) -> tuple[Button, ...]:
        """Buttons whose label and intent bear these names."""
        return tuple(Button(f"button.{name}", Intent(name)) for name in names)

    @property
    def always(self) -> tuple[Button, ...]:
        """What every message of the bot offers."""
        return self.buttons("menu", "numbers", "stop")

    @property
    def language_buttons(self) -> tuple[Button, ...]:
        """Every enabled language by its own name."""
        return tuple(self.language_button(tag) for tag in self.languages)

    def language_button(self, tag: str) -> Button:
        """One language by its own name."""
        return Button(f"language.name.{tag}", Intent(f"{LANGUAGE_TOKEN}{tag}"))
