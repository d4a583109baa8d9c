"""Every error of ours, each with the sentence it speaks by default."""


class PasserelleError(Exception):
    """Trouble in the world; the caller's own mistakes are ValueError or TypeError."""

    sentence = "Something went wrong."

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)


class SettingError(PasserelleError):
    """A setting is missing or malformed; the sentence names it."""

    sentence = "A setting is missing or malformed."


class EngineAwayError(PasserelleError):
    """The engine did not answer; the turn goes on without it."""

    sentence = "The engine does not answer."


class ConflictError(PasserelleError):
    """Another process changed the conversation first; reload and decide again."""

    sentence = "The conversation changed meanwhile."


class AlreadySeenError(PasserelleError):
    """This update was handled before and must have no second effect."""

    sentence = "This update was handled before."


class ForbiddenStepError(PasserelleError):
    """The dialogue asked for a step that the rules do not allow from here."""

    sentence = "This step is not allowed from here."


class ConsentError(PasserelleError):
    """Base of the ways in which consent can be lacking."""

    sentence = "There is no consent for this."


class ConsentMissingError(ConsentError):
    """The person was never asked, or has not answered."""

    sentence = "Consent was not given."


class ConsentRefusedError(ConsentError):
    """The person said no."""

    sentence = "Consent was refused."


class ConsentStaleError(ConsentError):
    """The text or the receiver changed after the person said yes."""

    sentence = "What was agreed to has changed since."


class HandoverFailedError(PasserelleError):
    """The case could not be made or stored; it must never be reported as done."""

    sentence = "The handover did not work."


class CannotOpenError(PasserelleError):
    """A sealed thing does not open with this key, or is damaged."""

    sentence = "This cannot be opened."


class StillSendingError(PasserelleError):
    """A line of the bot is on its way; ask again in a moment."""

    sentence = "A line of the bot is still on its way."
