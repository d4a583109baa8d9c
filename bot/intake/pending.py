"""A turn while it is being decided: collects changes, stores nothing."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.errors import ForbiddenStepError
from bot.intake.conversation import (
    CONSENT_FACTS,
    FACTS,
    TEXT_FACTS,
    Conversation,
    Intent,
    Step,
)
from bot.intake.ports import CaseView, ConsentDecision, Incoming, NewCase, TurnChange
from bot.intake.reply import FIXED_TOKENS, LANGUAGE_TOKEN, Author, Line, Say
from bot.intake.steps import CONSENT_STEPS, CROSSING, check_step


@dataclass(slots=True)
class PendingTurn:
    """What one turn will change; only `change()` hands it out to be stored."""

    incoming: Incoming
    before: Conversation | None
    conversation: Conversation
    now: datetime
    case: CaseView | None = None
    says: list[Say] = field(default_factory=list)
    consents: list[ConsentDecision] = field(default_factory=list)
    new_case: NewCase | None = None
    sealed_words: bytes | None = None
    receipt_code: str | None = None
    args: dict[str, str] = field(default_factory=dict)  # for the lines being said
    forget_address: bool = False
    wants_interpreter: bool = False
    erase_case: bool = False
    erase_conversation: bool = False

    def say(self, key: str, **args: str) -> None:
        """Add one line of the bot without buttons."""
        self.says.append(Say(key, args))

    def answer(self, say: Say) -> None:
        """Add an answer of control, which may be given in every state."""
        self.says.append(replace(say, author=Author.CONTROL))

    def go(self, step: Step) -> None:
        """Move to a step if the rules allow it."""
        check_step(self.conversation, step)
        if step in CROSSING and self.case is not None and self.case.is_live:
            # A second case would leave the first where nobody can withdraw it.
            raise ForbiddenStepError
        self.put(step=step)

    def put(self, **changes: object) -> None:
        """Change fields of the conversation."""
        self.conversation = replace(self.conversation, **changes)  # type: ignore[arg-type]

    def set_fact(self, name: str, value: str | None) -> None:
        """Set or clear a fact; a changed text makes preview and consent stale."""
        if value is not None and value not in FACTS[name]:
            raise ValueError(name)
        facts = dict(self.conversation.facts)
        if facts.get(name) == value:
            return
        facts.pop(name, None)
        if value is not None:
            facts[name] = value
        self.put(facts=facts)
        if name in TEXT_FACTS:
            self.forget_preview()

    def set_draft(self, name: str, words: str | None) -> None:
        """Keep or drop a typed answer, sealed, until handover or stop."""
        draft = {k: v for k, v in self.conversation.draft.items() if k != name}
        if words is not None:
            draft[name] = words
        self.put(draft=draft)
        self.forget_preview()

    def forget_preview(self) -> None:
        """The text changed: it must be shown and agreed to again."""
        gone = {"previewed", *CONSENT_FACTS}
        facts = {k: v for k, v in self.conversation.facts.items() if k not in gone}
        self.put(facts=facts)
        if self.conversation.step in CONSENT_STEPS:
            # The question on the screen is about a text that is no more.
            self.put(step=Step.PREVIEW)

    def forget_answers(self) -> None:
        """Drop all that was noted on the way to a handover."""
        kept = {"talk", "phone", "age_group", "language_settled"}
        facts = {k: v for k, v in self.conversation.facts.items() if k in kept}
        self.put(facts=facts, draft={})

    def change(self) -> TurnChange:
        """All that is to be stored, with fresh tokens for the last screen."""
        lines = self._tokenize()
        return TurnChange(
            before=self.before,
            after=self.conversation,
            incoming=self.incoming,
            lines=lines,
            consents=self.consents,
            new_case=self.new_case,
            sealed_words=self.sealed_words,
            receipt_code=self.receipt_code,
            forget_address=self.forget_address,
            wants_interpreter=self.wants_interpreter,
            erase_case=self.erase_case,
            erase_conversation=self.erase_conversation,
        )

    def _tokenize(self) -> list[Line]:
        tokens: dict[str, Intent] = {}
        lines = [_line(say, tokens) for say in self.says]
        if any(say.author is Author.BOT for say in self.says):
            # A new screen of the dialogue: the buttons before it expire.
            self.put(buttons=tokens, last_say=self.says[-1].key)
        return lines


def _line(say: Say, tokens: dict[str, Intent]) -> Line:
    shown = []
    for button in say.buttons:
        name = button.intent.name
        fixed = name in FIXED_TOKENS or name.startswith(LANGUAGE_TOKEN)
        token = name if fixed else secrets.token_urlsafe(6)
        if not fixed:
            tokens[token] = button.intent
        shown.append((token, button.label))
    args: Mapping[str, str] = dict(say.args)
    return Line(key=say.key, args=args, tokens=tuple(shown), author=say.author)
