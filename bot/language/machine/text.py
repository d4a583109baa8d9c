"""Machine text: words that nobody has checked, in a type of their own."""

from dataclasses import dataclass, field
from typing import NoReturn

ENGINE = "Argos Translate"
MOST_SEALED_BYTES = 16 * 1024  # of one text, sealed on its way to the translator


@dataclass(frozen=True, slots=True)
class MachineText:
    """What a machine made of somebody's words, and how it came about.

    It is no string and cannot slip into one: consent, law, numbers and the bot's own
    voice take strings, so whoever wants these words there has to name them.

    Args:
        via: the languages between, where no package leads straight there.
    """

    words: str = field(repr=False)
    source: str
    target: str
    via: tuple[str, ...] = ()
    engine: str = ENGINE

    def __str__(self) -> NoReturn:
        raise TypeError("machine text is not a string: say `.words` where it may stand")

    def __format__(self, _: str) -> NoReturn:
        raise TypeError("machine text cannot be put into a sentence")
