"""What the bridge asks of a loaded package, and how one can fail."""

from typing import Protocol

from bot.errors import PasserelleError


class PackageFailedError(PasserelleError):
    """A package does not load or does not translate: damaged, or too large."""

    sentence = "The package does not translate."


class TooSlowError(PasserelleError):
    """The time was over before the text was."""

    sentence = "The translation took too long."


class Translates(Protocol):
    """A loaded package."""

    def translate(self, text: str, deadline: float) -> str:
        """The text's translation.

        Args:
            deadline: of time.monotonic(); no further sentence is begun after it.

        Raises:
            PackageFailedError: it cannot.
            TooSlowError: the deadline came first.
        """
        ...
