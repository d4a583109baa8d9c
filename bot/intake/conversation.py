"""A conversation as the rules see it: small, closed values, never free words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

ConversationId = NewType("ConversationId", str)
CaseId = NewType("CaseId", str)


class Channel(StrEnum):
    """Where the person writes."""

    WEB = "web"
    TELEGRAM = "telegram"


class Owner(StrEnum):
    """Who may speak to the person now."""

    BOT = "bot"
    HUMAN = "human"


class Step(StrEnum):
    """Where in the dialogue the person is (design, section 4)."""

    FIRST = "first"
    SAFETY_TALK = "safety_talk"
    SAFETY_PHONE = "safety_phone"
    MENU = "menu"
    UNDER_18 = "under_18"
    AGE = "age"
    CS_CONFIDENTIALITY = "cs_confidentiality"
    CS_CONTROL = "cs_control"
    CS_COOPERATION = "cs_cooperation"
    CS_CONSENT = "cs_consent"
    CONTACT_HOW = "contact_how"
    CONTACT_NUMBER = "contact_number"
    CONTACT_WHEN = "contact_when"
    CONTACT_WHO = "contact_who"
    CONTACT_WORD = "contact_word"
    REGION = "region"
    CENTRE = "centre"
    PREVIEW = "preview"
    CONSENT_NOTE = "consent_note"
    CONSENT_HANDOVER = "consent_handover"
    CONSENT_WRITE = "consent_write"
    RELAY = "relay"
    CLOSED = "closed"


# The facts a conversation may hold: name -> allowed values. Anything else a
# button or the engine proposes is refused, so no free word can slip in here.
FACTS: Mapping[str, frozenset[str]] = {
    "talk": frozenset({"yes", "no"}),
    "phone": frozenset({"yes", "no"}),
    "age_group": frozenset({"adult", "minor"}),
    "contact_how": frozenset({"here", "write", "call"}),
    "contact_when": frozenset({"morning", "afternoon", "evening", "any"}),
    "contact_who": frozenset({"only_me", "others"}),
    "region": frozenset({"brussels", "flanders", "wallonia", "unknown"}),
    "centre": frozenset({"pag-asa", "payoke", "surya", "central"}),
    "interpreter": frozenset({"yes"}),
    "urgent": frozenset({"yes"}),
    "editing": frozenset({"yes"}),
    "language_settled": frozenset({"yes"}),  # chosen, or asked once
    "no_language": frozenset({"yes"}),
    "previewed": frozenset({"yes"}),
    "consent_note": frozenset({"yes", "no"}),
    "consent_handover": frozenset({"yes", "no"}),
    "consent_write": frozenset({"yes", "no"}),
}

# A `choose` button at this step sets this fact to the chosen value.
FACT_OF_STEP: Mapping[Step, str] = {
    Step.SAFETY_TALK: "talk",
    Step.SAFETY_PHONE: "phone",
    Step.AGE: "age_group",
    Step.CONTACT_HOW: "contact_how",
    Step.CONTACT_WHEN: "contact_when",
    Step.CONTACT_WHO: "contact_who",
    Step.REGION: "region",
    Step.CENTRE: "centre",
}

# What a person types at this step is an answer; it goes to the draft under this
# name, sealed, and never to the engine.
DRAFT_OF_STEP: Mapping[Step, str] = {
    Step.CONTACT_NUMBER: "number",
    Step.CONTACT_WHEN: "when",
    Step.CONTACT_WORD: "word",
}


# What the previewed text is made of: a change here makes a given consent stale.
TEXT_FACTS = frozenset(
    {
        "contact_how",
        "contact_when",
        "contact_who",
        "centre",
        "interpreter",
        "urgent",
        "no_language",
    }
)
CONSENT_FACTS = ("consent_note", "consent_handover", "consent_write")


@dataclass(frozen=True, slots=True)
class Intent:
    """What the person wants, with the button's closed values (entities)."""

    name: str
    entities: tuple[tuple[str, str], ...] = ()

    def get(self, entity: str) -> str | None:
        return dict(self.entities).get(entity)


@dataclass(frozen=True, slots=True)
class Conversation:
    """All that is remembered between turns; `draft` is sealed in the store."""

    id: ConversationId
    channel: Channel
    language: str
    step: Step = Step.FIRST
    owner: Owner = Owner.BOT
    epoch: int = 0
    version: int = 0
    stopped: bool = False
    silenced: bool = False  # the platform said the person blocked us: send nothing
    facts: Mapping[str, str] = field(default_factory=dict)
    draft: Mapping[str, str] = field(default_factory=dict)
    buttons: Mapping[str, Intent] = field(default_factory=dict)
    last_say: str = ""  # catalog key of the last screen, for "go back" and re-showing
    # What the link that led here says of the place; answers the question for it once.
    # Sealed in the store like the draft, so that no conversation points to a link.
    link_region: str | None = None
    engine_id: str = ""  # the engine's name for this one turn; never stored
    case_id: CaseId | None = None
