"""Consent: without every answer there is no handover."""

import pytest

from bot.errors import (
    ConsentError,
    ConsentMissingError,
    ConsentRefusedError,
    ConsentStaleError,
)
from bot.intake.consent import check_handover, has_noted, purpose_of
from bot.intake.conversation import Channel, Conversation, ConversationId

AGREED = {
    "previewed": "yes",
    "consent_note": "yes",
    "consent_handover": "yes",
    "consent_write": "no",
    "contact_how": "write",
    "centre": "payoke",
}


def told(draft=None, **facts):
    kept = {name: value for name, value in facts.items() if value is not None}
    identity = ConversationId("c")
    return Conversation(identity, Channel.WEB, "en", facts=kept, draft=draft or {})


@pytest.mark.promise(5)
def test_with_every_answer_the_handover_may_be_made():
    """A no to being written to is an answer too."""
    assert check_handover(told(**AGREED)) is None


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    ("fact", "value", "error"),
    [
        ("previewed", None, ConsentStaleError),
        ("consent_note", None, ConsentMissingError),
        ("consent_note", "no", ConsentRefusedError),
        ("consent_handover", None, ConsentMissingError),
        ("consent_handover", "no", ConsentRefusedError),
        ("consent_write", None, ConsentMissingError),
    ],
)
def test_without_one_answer_it_may_not(fact, value, error):
    """Never asked, refused and out of date are told apart; none hands over."""
    with pytest.raises(error):
        check_handover(told(**{**AGREED, fact: value}))
    assert issubclass(error, ConsentError)


@pytest.mark.promise(5)
def test_what_was_typed_needs_its_own_yes():
    """A typed word or number is a note, however one wants to be reached."""
    facts = {**AGREED, "contact_how": "here", "consent_note": None}
    assert check_handover(told(**facts)) is None
    with pytest.raises(ConsentMissingError):
        check_handover(told({"word": "cat"}, **facts))


@pytest.mark.parametrize(
    ("how", "draft", "noted"),
    [
        (None, {}, False),
        ("here", {}, False),
        ("write", {}, True),
        ("call", {}, True),
        ("here", {"number": "1"}, True),
    ],
)
def test_a_note_is_anything_about_being_reached(how, draft, noted):
    assert has_noted(told(draft, contact_how=how)) is noted


def test_a_handover_is_for_one_centre():
    purposes = {
        purpose_of("consent_handover", told(centre=centre))
        for centre in ("payoke", "surya", "pag-asa")
    }
    assert len(purposes) == 3
