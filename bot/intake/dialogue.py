"""The engine's part of a turn: it proposes what to say, these rules apply it."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from bot.errors import EngineAwayError, ForbiddenStepError
from bot.intake.answers import answer_numbers, answer_signal, answer_stop
from bot.intake.asks import Neighbours
from bot.intake.choices import note_choice
from bot.intake.control import Signal
from bot.intake.conversation import (
    DRAFT_OF_STEP,
    Channel,
    Intent,
    Owner,
    Step,
)
from bot.intake.handover import compose_text, lines_of, remove_line
from bot.intake.pending import PendingTurn
from bot.intake.ports import Kind, Proposal, Understood
from bot.intake.reply import Button, Say
from bot.intake.rules import Rules
from bot.intake.steps import CONSENT_STEPS

OFFERED = 3
SURE_OF_CONSENT = 0.9
LONGEST_ANSWER = 200  # characters of a typed contact answer
# A model that hears these is not sure enough to act on its own: it asks or helps.
_HEARD = {"danger": Signal.DANGER, "self_harm": Signal.SELF_HARM}
# Of what free text may mean, these are no topics. Erase is left out (it is asked
# back), and so is every intent that only a button may stand for.
_TALK = frozenset(
    [
        "yes",
        "no",
        "greet",
        "thanks",
        "menu",
        "not_understood",
        "tell_story",
        "out_of_scope",
    ]
)
_FACT_OF_INTENT: Mapping[str, tuple[str, str | None]] = {
    "interpreter": ("interpreter", "yes"),
    "under_18": ("age_group", "minor"),
    "age_again": ("age_group", None),
}
# A change from the preview leads back to the step that asked for this line.
_STEP_OF_LINE = {
    "contact_how": Step.CONTACT_HOW,
    "contact_when": Step.CONTACT_WHEN,
    "when": Step.CONTACT_WHEN,
    "contact_who": Step.CONTACT_WHO,
    "number": Step.CONTACT_NUMBER,
    "word": Step.CONTACT_WORD,
    "centre": Step.CENTRE,
}
# Their question is asked again alone; the others are walked through again, whole.
_ASKED_ALONE = frozenset(
    {Step.CONTACT_NUMBER, Step.CONTACT_WHEN, Step.CONTACT_WHO, Step.CONTACT_WORD}
)


class Dialogue:
    """Asks the engine and applies only what the rules allow."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._open: dict[str, PendingTurn] = {}
        self.neighbours = Neighbours(
            store=rules.store,
            sealer=rules.sealer,
            catalogs=rules.catalogs,
            directory=rules.directory,
        )

    def open_turn(self, engine_id: str) -> PendingTurn | None:
        """The turn that an action of the engine belongs to, while it lasts."""
        return self._open.get(engine_id)

    async def start(self, turn: PendingTurn) -> None:
        """The first words, said before anything is asked (P1)."""
        turn.put(stopped=False)
        if turn.conversation.owner is Owner.HUMAN:
            return
        if turn.case is None:
            turn.put(step=Step.FIRST)
        self._say_first(turn)

    async def show_again(self, turn: PendingTurn) -> None:
        """Show where the person was, unless a human has the conversation."""
        if turn.conversation.owner is Owner.BOT:
            await self.ask(turn, Intent("continue_here"))

    async def answer(self, turn: PendingTurn) -> None:
        """Answer a button or free text in the bot's part of the conversation."""
        incoming = turn.incoming
        if turn.before is None and incoming.channel is Channel.TELEGRAM:
            self._say_first(turn)
        if incoming.kind is Kind.BUTTON:
            await self._press(turn)
        elif turn.conversation.step in DRAFT_OF_STEP:
            await self._take_answer(turn)
        else:
            self._doubt_language(turn)
            await self._read(turn)

    def _doubt_language(self, turn: PendingTurn) -> None:
        """Ask once, with both names, if the words seem to be in another language."""
        conversation, rules = turn.conversation, self._rules
        if conversation.facts.get("language_settled"):
            return
        guess = rules.guess_language(turn.incoming.text)
        if guess in {None, conversation.language}:
            return
        turn.set_fact("language_settled", "yes")
        buttons = [rules.language_button(tag) for tag in (guess, conversation.language)]
        name = rules.catalogs.text(conversation.language, f"language.name.{guess}")
        args = {"language_name": name}
        turn.answer(Say("language.doubt", args, tuple(buttons)))

    async def ask(self, turn: PendingTurn, intent: Intent) -> None:
        """Let the engine decide what to say to an intent."""
        before, said = turn.conversation.step, len(turn.says)
        try:
            with self._opened(turn):
                proposals = await self._rules.engine.decide(turn.conversation, intent)
        except EngineAwayError:
            turn.answer(Say("error.engine_away", buttons=self._rules.always))
            return
        self._apply(turn, proposals)
        region = turn.conversation.link_region
        if region and turn.conversation.step is Step.REGION is not before:
            # The link has answered already; the person may still choose any centre.
            del turn.says[said:]
            turn.put(link_region=None)
            answer = Intent("choose", (("choice", region),))
            await self.ask(turn, self._prepare(turn, answer))

    @contextmanager
    def _opened(self, turn: PendingTurn) -> Iterator[None]:
        # A new name each time: the engine cannot join two turns of one person.
        engine_id = secrets.token_hex(8)
        turn.put(engine_id=engine_id)
        self._open[engine_id] = turn
        try:
            yield
        finally:
            del self._open[engine_id]

    def _apply(self, turn: PendingTurn, proposals: Sequence[Proposal]) -> None:
        try:
            for proposal in proposals:
                if proposal.step is not None:
                    turn.go(Step(proposal.step))
                turn.says.append(self._say(turn, proposal))
        except (ForbiddenStepError, ValueError):
            turn.answer(Say("error.old_button", buttons=self._rules.always))
        if not turn.says:
            turn.answer(Say("error.trouble", buttons=self._rules.always))

    def _say(self, turn: PendingTurn, proposal: Proposal) -> Say:
        buttons = tuple(
            Button(label, intent)
            for label, intent in proposal.buttons
            if _has_line(turn, intent)
        )
        return Say(proposal.say, {**turn.args, **self._args(turn)}, buttons)

    def _args(self, turn: PendingTurn) -> dict[str, str]:
        centre_id = turn.conversation.facts.get("centre")
        if centre_id is None or centre_id == "central":
            return {}
        centre = self._rules.directory.centre(centre_id)
        args = {
            "centre": centre.name,
            "centre_phone": centre.phone,
            "centre_hours": centre.hours,
        }
        if turn.conversation.step in CONSENT_STEPS:  # each question shows it again
            near = self.neighbours
            args["text"] = compose_text(
                turn.conversation, near.catalogs, near.directory
            )
        return args

    def _say_first(self, turn: PendingTurn) -> None:
        rules = self._rules
        buttons = rules.buttons("go_on", "language", "numbers", "stop")
        if rules.catalogs.status(turn.conversation.language) == "draft":
            turn.say("draft.notice")
        turn.says.append(Say("first.hello", buttons=buttons))

    async def _press(self, turn: PendingTurn) -> None:
        token = turn.incoming.text
        intent = turn.conversation.buttons.get(token)
        if intent is None and turn.before is None and turn.incoming.text == "go_on":
            intent = Intent("go_on")  # the web page shows the first words by itself
        if intent is None:
            turn.answer(Say("error.old_button"))
            await self.show_again(turn)
            return
        await self.ask(turn, self._prepare(turn, intent))

    async def _take_answer(self, turn: PendingTurn) -> None:
        words = turn.incoming.text.strip()
        if len(words) > LONGEST_ANSWER:
            turn.answer(Say("error.too_long", buttons=self._rules.always))
            return
        turn.set_draft(DRAFT_OF_STEP[turn.conversation.step], words)
        await self.ask(turn, self._prepare(turn, Intent("inform")))

    async def _read(self, turn: PendingTurn) -> None:
        """Understand free text, or ask back; never guess (requirement 35)."""
        try:
            understood = await self._rules.engine.parse(turn.incoming.text)
        except EngineAwayError:
            turn.answer(Say("error.engine_away", buttons=self._rules.always))
            return
        name, confidence = understood.ranking[0]
        sure = confidence >= self._rules.sure
        if name in _HEARD and confidence >= self._rules.alarm:
            answer_signal(turn, self._rules, _HEARD[name])
        elif name == "stop" and sure:
            answer_stop(turn, self._rules)
        elif name == "numbers" and sure:
            answer_numbers(turn, self._rules)
        elif _is_doubtful_yes(turn, name, confidence):
            await self.show_again(turn)
        elif not sure or name not in self._rules.topics | _TALK:
            self._ask_back(turn, understood)
        else:
            await self.ask(turn, self._prepare(turn, Intent(name)))

    def _ask_back(self, turn: PendingTurn, understood: Understood) -> None:
        names = offered_topics(understood, self._rules.topics)
        buttons = [Button(f"button.{n}", Intent(n)) for n in names]
        if "human" not in names:
            buttons += self._rules.buttons("human")
        key = "error.offer" if names else "error.not_understood"
        say = Say(key, buttons=(*buttons, *self._rules.always))
        turn.says.append(say)

    def _prepare(self, turn: PendingTurn, intent: Intent) -> Intent:
        """Apply what a choice means to the facts; give the intent for the engine."""
        step = turn.conversation.step
        if intent.name == "remove":
            remove_line(turn, intent.get("line") or "")
            return Intent("edited")
        if intent.name == "change":
            return self._change_line(turn, intent.get("line") or "")
        if intent.name == "human" and turn.case is not None and turn.case.is_live:
            turn.put(step=Step.RELAY)  # back to the caseworker who was asked
            return Intent("continue_here")
        if intent.name == "not_now":
            turn.forget_answers()
        if intent.name in _FACT_OF_INTENT:
            turn.set_fact(*_FACT_OF_INTENT[intent.name])
        answered = note_choice(turn, step, intent)
        if answered and turn.conversation.facts.get("editing"):
            turn.set_fact("editing", None)
            if step in _ASKED_ALONE:
                return Intent("edited")
        return intent

    def _change_line(self, turn: PendingTurn, line: str) -> Intent:
        step = _STEP_OF_LINE[line]
        turn.go(step)
        if step in _ASKED_ALONE:
            turn.set_fact("editing", "yes")
        return Intent("continue_here")


def offered_topics(understood: Understood, topics: frozenset[str]) -> list[str]:
    """The topics most likely meant, best first, as "did you mean" buttons."""
    return [name for name, _ in understood.ranking if name in topics][:OFFERED]


def _is_doubtful_yes(turn: PendingTurn, name: str, confidence: float) -> bool:
    """A typed yes that is not plain is no consent: the question is asked again."""
    return (
        turn.conversation.step in CONSENT_STEPS
        and name == "yes"
        and confidence < SURE_OF_CONSENT
    )


def _has_line(turn: PendingTurn, intent: Intent) -> bool:
    """Whether a button about one line of the text has something to act on."""
    line = intent.get("line")
    if intent.name == "remove":
        return line in lines_of(turn.conversation)
    if intent.name == "change" and line == "number":
        return turn.conversation.facts.get("contact_how") == "call"
    return True
