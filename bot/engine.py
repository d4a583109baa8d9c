"""The only door to Rasa: parse free text, decide what to say."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import aiohttp

from bot.errors import EngineAwayError
from bot.intake.conversation import Conversation, Intent
from bot.intake.ports import Proposal, Understood
from bot.rule_book import RuleBook, read_proposal

# A person waits for at most this long before the answer comes without the engine.
TIMEOUT = aiohttp.ClientTimeout(total=4, connect=0.5)
_NONE = "none"
_MALFORMED = (AttributeError, KeyError, TypeError, ValueError)


class RasaEngine:
    """Talks to Rasa on loopback; falls back on the rules that need no action."""

    def __init__(self, url: str, rule_book: RuleBook) -> None:
        self._url = url.rstrip("/")
        self._rule_book = rule_book
        self._session: aiohttp.ClientSession | None = None
        self._is_up = False

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=TIMEOUT)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    @property
    def is_up(self) -> bool:
        """Whether the last call was answered."""
        return self._is_up

    async def parse(self, text: str) -> Understood:
        """The intents that free text may have; nothing of it is kept.

        Raises:
            EngineAwayError: Rasa did not answer.
        """
        # A leading slash would make Rasa take the text for an intent.
        harmless = text.replace("/", " ").strip() or "?"
        answer = await self._post("/model/parse", {"text": harmless})
        try:
            ranking = answer.get("intent_ranking") or [answer["intent"]]
            return Understood(
                [(str(row["name"]), float(row["confidence"])) for row in ranking]
            )
        except _MALFORMED:
            raise EngineAwayError from None

    async def decide(
        self, conversation: Conversation, intent: Intent
    ) -> Sequence[Proposal]:
        """What to say; without Rasa, what its plain rules say.

        Raises:
            EngineAwayError: Rasa did not answer and no plain rule covers this.
        """
        entities = slots_of(conversation, intent)
        path = (
            f"/conversations/{conversation.engine_id}/trigger_intent"
            "?include_events=NONE"
        )
        try:
            answer = await self._post(path, {"name": intent.name, "entities": entities})
            return [read_proposal(row["custom"]) for row in answer["messages"]]
        except (EngineAwayError, *_MALFORMED):
            return self._rule_book.decide(intent.name, entities)

    async def _post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        if self._session is None:
            raise EngineAwayError
        try:
            async with self._session.post(self._url + path, json=body) as response:
                response.raise_for_status()
                answer: dict[str, Any] = await response.json()
        except (TimeoutError, aiohttp.ClientError, ValueError):
            self._is_up = False
            # The cause could quote what the person wrote.
            raise EngineAwayError from None
        self._is_up = True
        return answer


def slots_of(conversation: Conversation, intent: Intent) -> dict[str, str]:
    """All that the dialogue's rules look at, sent anew with every turn."""
    age = {"adult": "yes", "minor": "no"}
    return {
        "step": conversation.step.value,
        "choice": intent.get("choice") or _NONE,
        # A typed question names its topic itself.
        "topic": intent.get("topic") or intent.name,
        "line": intent.get("line") or _NONE,
        "adult": age.get(conversation.facts.get("age_group", ""), _NONE),
    }
