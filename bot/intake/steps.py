"""Which step may follow which: the engine proposes, this table decides."""

from collections.abc import Mapping

from bot.errors import ForbiddenStepError
from bot.intake.conversation import Conversation, Step

_CONTACT = frozenset(
    {
        Step.CONTACT_HOW,
        Step.CONTACT_NUMBER,
        Step.CONTACT_WHEN,
        Step.CONTACT_WHO,
        Step.CONTACT_WORD,
    }
)
_FOUR_CS = (
    Step.CS_CONFIDENTIALITY,
    Step.CS_CONTROL,
    Step.CS_COOPERATION,
    Step.CS_CONSENT,
)
CONSENT_STEPS = frozenset(
    {Step.CONSENT_NOTE, Step.CONSENT_HANDOVER, Step.CONSENT_WRITE}
)
# Only an adult walks these: under 18 has a path of its own (P15).
CROSSING = (
    frozenset(_FOUR_CS)
    | _CONTACT
    | {Step.REGION, Step.CENTRE, Step.PREVIEW}
    | CONSENT_STEPS
)
_ALWAYS = frozenset({Step.MENU, Step.UNDER_18})
_BEGINNING = frozenset({Step.SAFETY_TALK, Step.SAFETY_PHONE, Step.AGE}) | {_FOUR_CS[0]}

LEGAL: Mapping[Step, frozenset[Step]] = {
    Step.FIRST: _BEGINNING,
    Step.SAFETY_TALK: _BEGINNING,
    Step.SAFETY_PHONE: _BEGINNING,
    Step.MENU: _BEGINNING,
    Step.UNDER_18: frozenset({Step.AGE}),
    Step.AGE: frozenset({Step.CS_CONFIDENTIALITY}),
    Step.CS_CONFIDENTIALITY: frozenset({Step.CS_CONTROL}),
    Step.CS_CONTROL: frozenset({Step.CS_COOPERATION}),
    Step.CS_COOPERATION: frozenset({Step.CS_CONSENT}),
    Step.CS_CONSENT: frozenset({Step.CONTACT_HOW}),
    Step.CONTACT_HOW: frozenset(
        {Step.CONTACT_NUMBER, Step.CONTACT_WHEN, Step.REGION, Step.PREVIEW}
    ),
    Step.CONTACT_NUMBER: frozenset({Step.CONTACT_WHEN, Step.PREVIEW}),
    Step.CONTACT_WHEN: frozenset(
        {Step.CONTACT_WHO, Step.CONTACT_WORD, Step.PREVIEW, Step.REGION}
    ),
    Step.CONTACT_WHO: frozenset({Step.CONTACT_WORD, Step.PREVIEW}),
    Step.CONTACT_WORD: frozenset({Step.REGION, Step.PREVIEW}),
    Step.REGION: frozenset({Step.CENTRE}),
    Step.CENTRE: frozenset({Step.PREVIEW}),
    Step.PREVIEW: _CONTACT
    | {Step.REGION, Step.CENTRE, Step.CONSENT_NOTE, Step.CONSENT_HANDOVER},
    Step.CONSENT_NOTE: frozenset({Step.CONSENT_HANDOVER, Step.PREVIEW}),
    Step.CONSENT_HANDOVER: frozenset({Step.CONSENT_WRITE, Step.PREVIEW}),
    Step.CONSENT_WRITE: frozenset({Step.RELAY, Step.PREVIEW}),
    Step.RELAY: frozenset({Step.CLOSED}),
    Step.CLOSED: _BEGINNING,
}


def check_step(conversation: Conversation, step: Step) -> None:
    """Let the conversation go to this step, or raise ForbiddenStepError."""
    here = conversation.step
    if step is not here and step not in LEGAL[here] | _ALWAYS:
        raise ForbiddenStepError
    facts = conversation.facts
    if step in CROSSING and facts.get("age_group") != "adult":
        raise ForbiddenStepError
    if step in CONSENT_STEPS and facts.get("previewed") != "yes":
        raise ForbiddenStepError
    if step is Step.RELAY and conversation.case_id is None:
        raise ForbiddenStepError
