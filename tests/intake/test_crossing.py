"""The way to a caseworker: nothing goes that was not seen and agreed to."""

from dataclasses import replace

import pytest

from bot.intake.conversation import Owner, Step
from bot.intake.ports import Kind
from tests.house import (
    TO_CONTACT,
    TO_MENU,
    TO_PREVIEW,
    TO_RELAY,
    WITH_NOTES,
)


async def test_the_whole_way_ends_in_one_sealed_case(person, world):
    await person.starts()
    await person.presses(*TO_RELAY)
    assert person.keys == ["handover.done"]
    assert [case.status for case in world.store.cases.values()] == ["waiting"]
    assert person.conversation.step is Step.RELAY


@pytest.mark.promise(5)
async def test_the_sealed_text_is_the_previewed_text_byte_for_byte(person, world):
    """What is sealed is what was on the screen, and sealed to the case alone."""
    await person.starts()
    shown = (await person.presses(*TO_PREVIEW)).lines[-1].args["text"]
    await person.presses("confirm", "yes")
    asked = person.screen.lines[-1].args["text"]
    await person.presses("yes", "yes")
    case = person.last.new_case
    assert asked == shown
    assert case.sealed_text == f"{case.recipient}|{shown}".encode()


@pytest.mark.promise(5)
async def test_typed_answers_are_in_the_text_as_typed(person):
    """Mixed directions, signs and spaces inside an answer arrive unchanged."""
    await person.starts()
    await person.presses(*TO_MENU, *TO_CONTACT, "contact_call")
    number, word = "+32 470\u200f ١٢ {x}", "قطة 'cat' {number_central}"
    await person.types(number)
    await person.presses("morning", "only_me")
    await person.types(word)
    await person.presses("flanders", "this_centre")
    shown = person.screen.lines[-1].args["text"]
    assert number in shown
    assert word in shown
    await person.presses("confirm", "yes", "yes", "yes")
    assert person.last.new_case.sealed_text.decode().endswith(shown)


async def test_the_text_is_in_the_languages_of_person_and_centre(person):
    await person.starts()
    text = (await person.presses(*TO_PREVIEW)).lines[-1].args["text"]
    own, theirs = text.split("\n\n")
    assert own.startswith("[en] ")
    assert theirs.startswith("[fr] ")


@pytest.mark.promise(5)
async def test_each_consent_is_recorded_apart(person, world):
    """Three questions, three records, each naming the wording and the language."""
    await person.starts()
    await person.presses(*TO_RELAY)
    told = [one for change in world.store.changes for one in change.consents]
    assert [(one.purpose, one.decision) for one in told] == [
        ("note_contact", "yes"),
        ("handover:pag-asa", "yes"),
        ("write_here", "yes"),
    ]
    assert {one.language for one in told} == {"en"}
    assert [one.text_version for one in told] == [
        "en:consent.note:1",
        "en:consent.handover:1",
        "en:consent.write:1",
    ]
    assert {one.review_status for one in told} == {"reviewed"}
    assert {one.at for one in told} == {world.clock.now}


@pytest.mark.promise(12)
async def test_consent_in_a_draft_language_is_marked(person, world):
    """The record and the case say that the wording was not signed off."""
    world.catalogs.statuses = {"en": "draft"}
    await person.starts()
    await person.presses(*TO_RELAY)
    assert person.last.new_case.review_status == "draft"
    assert person.last.consents[0].review_status == "draft"


async def test_who_noted_nothing_is_not_asked_about_notes(person):
    await person.starts()
    await person.presses(*TO_MENU, *TO_CONTACT, "contact_here", "brussels")
    await person.presses("this_centre", "confirm")
    assert person.keys == ["consent.handover"]


@pytest.mark.promise(5)
async def test_refusing_the_notes_leaves_them_out_and_shows_the_rest(person):
    """A no to the notes costs nothing: they go, and the text is shown again."""
    await person.starts()
    await person.presses(*TO_PREVIEW, "confirm", "no")
    assert person.keys == ["preview.show"]
    assert "contact" not in person.screen.lines[-1].args["text"]
    await person.presses("confirm")
    assert person.keys == ["consent.handover"]


@pytest.mark.promise(5)
async def test_refusing_the_handover_sends_nothing(person, world):
    """A no to the handover sends nothing, and what was noted is dropped."""
    await person.starts()
    await person.presses(*TO_PREVIEW, "confirm", "yes", "no")
    assert person.keys == ["handover.refused"]
    assert world.store.cases == {}
    assert person.conversation.step is Step.MENU
    assert person.conversation.facts.keys() <= {"talk", "phone", "age_group"}


async def test_refusing_to_be_written_to_still_hands_over(person):
    await person.starts()
    await person.presses(*TO_PREVIEW, "confirm", "yes", "yes", "no")
    assert person.keys == ["handover.done"]
    assert person.last.new_case.may_write is False


async def test_a_closed_centre_is_said_honestly(person, world):
    world.directory.open = False
    await person.starts()
    await person.presses(*TO_RELAY)
    assert person.keys == ["handover.done_closed"]


@pytest.mark.promise(6)
async def test_after_the_handover_only_the_case_holds_the_answers(person):
    """Neither what was typed nor what was chosen stays beside the sealed case."""
    await person.starts()
    await person.presses(*TO_MENU, *TO_CONTACT, "contact_call")
    await person.types("+32 470 00 00 00")
    await person.presses("morning", "only_me", "skip", "brussels", "this_centre")
    await person.presses("confirm", "yes", "yes", "yes")
    told = person.conversation
    assert not told.draft
    assert not {"contact_how", "contact_when", "contact_who", "region"} & set(
        told.facts
    )


@pytest.mark.promise(5, 20)
async def test_a_centre_without_an_identity_is_not_said_to_have_it(person, world):
    """Nobody there could open it: the person is told that it did not work."""
    world.store.recipients = {}
    await person.starts()
    await person.presses(*TO_RELAY)
    assert person.keys == ["error.handover_failed"]
    assert world.store.cases == {}
    assert person.conversation.case_id is None


@pytest.mark.promise(5, 20)
@pytest.mark.parametrize("call", ["centre_recipient", "commit"])
async def test_a_failed_handover_is_told_and_can_be_tried_again(person, world, call):
    """A store that fails at the last moment is never reported as done."""
    await person.starts()
    await person.presses(*TO_PREVIEW, "confirm", "yes", "yes")
    yes = person.token("yes")
    world.store.away = frozenset({call})
    await person.taps(yes)
    assert person.keys == ["error.handover_failed"]
    assert world.store.cases == {}
    world.store.away = frozenset()
    again = next((t for t, label in person.buttons if "try_again" in label), yes)
    await person.taps(again)
    assert person.keys == ["handover.done"]
    assert len(world.store.cases) == 1


@pytest.mark.promise(5, 20)
async def test_a_failed_sealing_is_told(person, world, monkeypatch):
    """Whatever fails while sealing, the case is not reported."""

    def fail(*_args):
        raise OSError

    await person.starts()
    await person.presses(*TO_PREVIEW, "confirm", "yes", "yes")
    monkeypatch.setattr(world.sealer, "new_case_key", fail)
    await person.presses("yes")
    assert person.keys == ["error.handover_failed"]
    assert person.conversation.case_id is None


async def test_the_central_line_is_a_number_and_no_handover(person, world):
    await person.starts()
    await person.presses(*TO_MENU, *TO_CONTACT, *WITH_NOTES, "brussels", "central")
    assert person.keys == ["centre.central"]
    assert world.store.cases == {}


@pytest.mark.parametrize(
    ("region", "centre"),
    [("brussels", "pag-asa"), ("flanders", "payoke"), ("wallonia", "surya")],
)
async def test_the_centre_of_the_region_is_proposed(person, region, centre):
    await person.starts()
    await person.presses(*TO_MENU, *TO_CONTACT, *WITH_NOTES, region)
    assert person.keys == ["centre.propose"]
    assert person.conversation.facts["centre"] == centre


async def test_any_centre_may_be_chosen_instead(person):
    await person.starts()
    await person.presses(*TO_MENU, *TO_CONTACT, *WITH_NOTES, "brussels", "surya")
    assert person.keys == ["preview.show"]
    assert person.conversation.facts["centre"] == "surya"


async def test_an_unknown_region_proposes_nothing(person):
    await person.starts()
    await person.presses(*TO_MENU, *TO_CONTACT, *WITH_NOTES, "region_unknown")
    assert person.keys == ["centre.unknown"]
    assert "centre" not in person.conversation.facts


@pytest.mark.parametrize(
    "line", ["language", "contact_how", "chosen_when", "who"], ids=str
)
@pytest.mark.promise(5)
async def test_any_line_can_be_left_out(person, line):
    """The line is gone from the text that is then shown again."""
    await person.starts()
    before = (await person.presses(*TO_PREVIEW)).lines[-1].args["text"]
    await person.presses("which_remove", f"line_{line}")
    assert person.keys == ["preview.show"]
    after = person.screen.lines[-1].args["text"]
    assert len(after.splitlines()) == len(before.splitlines()) - 2
    assert set(after.splitlines()) < set(before.splitlines())


async def test_leaving_out_the_language_hides_it_from_the_case(person):
    await person.starts()
    await person.presses(*TO_PREVIEW, "which_remove", "line_language")
    await person.presses("confirm", "yes", "yes", "yes")
    assert person.last.new_case.language == ""


async def test_a_text_without_lines_is_said_to_be_empty(person):
    await person.starts()
    await person.presses(*TO_MENU, *TO_CONTACT, "skip", "brussels", "this_centre")
    await person.presses("which_remove", "line_language")
    assert person.keys == ["preview.empty"]


async def test_only_lines_that_are_there_can_be_left_out(person):
    await person.starts()
    await person.presses(*TO_PREVIEW, "which_remove")
    labels = {label for _, label in person.buttons}
    assert "button.line_number" not in labels
    assert "button.line_urgent" not in labels
    assert "button.line_language" in labels


async def test_a_changed_line_comes_back_to_the_text(person):
    await person.starts()
    await person.presses(*TO_PREVIEW, "which_change", "line_when", "evening")
    assert person.keys == ["preview.show"]
    assert "case.line.contact_when.evening" in person.screen.lines[-1].args["text"]


async def test_an_edit_left_for_the_menu_does_not_shorten_the_next_way(person):
    await person.starts()
    await person.presses(*TO_PREVIEW, "which_change", "line_when")
    await person.taps("menu")
    await person.presses("human", *["understood"] * 4, "contact_call")
    assert person.keys == ["contact.number"]


async def test_an_edit_left_for_the_start_does_not_break_it(person):
    await person.starts()
    await person.presses(*TO_PREVIEW, "which_change", "line_when")
    await person.starts()
    await person.presses("go_on", "yes")
    assert person.keys == ["safety.phone"]


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("contact_how", "call"),
        ("contact_when", "evening"),
        ("contact_who", "others"),
        ("centre", "surya"),
        ("interpreter", "yes"),
        ("urgent", "yes"),
        ("no_language", "yes"),
    ],
)
async def test_a_changed_fact_makes_consent_stale(person, world, name, value):
    """After any change of the text, the yes before it hands over nothing."""
    await person.starts()
    await person.presses(*TO_PREVIEW, "confirm", "yes", "yes")
    turn = _turn_of(person, world)
    turn.set_fact(name, value)
    person.put(facts=turn.conversation.facts, step=turn.conversation.step)
    await person.presses("yes")
    assert person.keys == ["preview.show"]
    assert world.store.cases == {}


@pytest.mark.promise(5)
@pytest.mark.parametrize("name", ["number", "when", "word"])
async def test_a_changed_answer_makes_consent_stale(person, world, name):
    """A typed answer that changes after the yes is shown again first."""
    await person.starts()
    await person.presses(*TO_PREVIEW, "confirm", "yes", "yes")
    turn = _turn_of(person, world)
    turn.set_draft(name, "something else")
    told = turn.conversation
    person.put(facts=told.facts, draft=told.draft, step=told.step)
    await person.presses("yes")
    assert "something else" in person.screen.lines[-1].args["text"]
    assert world.store.cases == {}


@pytest.mark.promise(5, 16)
async def test_danger_said_during_consent_shows_the_text_again(person, world):
    """The numbers come first; then the text with the new line is shown again."""
    await person.starts()
    await person.presses(*TO_PREVIEW, "confirm", "yes")
    yes = person.token("yes")
    await person.types("he is going to kill me")
    assert person.keys == ["danger.numbers"]
    await person.taps(yes)
    assert person.keys == ["preview.show"]
    assert "case.line.urgent" in person.screen.lines[-1].args["text"]


@pytest.mark.promise(5)
async def test_another_language_during_consent_shows_the_text_again(person, world):
    """Consent is given to words that were read, in the language they were read in."""
    await person.starts()
    await person.presses(*TO_PREVIEW, "confirm", "yes")
    await person.taps("language:nl")
    assert person.keys == ["language.changed", "preview.show"]
    assert person.screen.lines[-1].args["text"].startswith("[nl] ")
    assert world.store.cases == {}


async def test_nobody_hands_over_the_same_thing_twice(person, world):
    await person.starts()
    await person.presses(*TO_PREVIEW, "confirm", "yes", "yes")
    yes = person.token("yes")
    await person.taps(yes)
    await person.taps(yes)
    assert len(world.store.cases) == 1


async def test_who_waits_for_a_caseworker_is_not_sent_across_again(person, world):
    await person.starts()
    await person.presses(*TO_RELAY)
    await person.taps("menu")
    await person.presses("human")
    assert person.keys == ["human.relay"]
    assert person.conversation.step is Step.RELAY


@pytest.mark.promise(9)
async def test_no_second_case_hides_the_first(person, world):
    """While a case waits there is no way to another: each can be withdrawn."""
    await person.starts()
    await person.presses(*TO_RELAY)
    await person.taps("menu")
    await person.presses("under_18", "age_again", "adult")
    assert person.keys == ["error.old_button"]
    assert len(world.store.cases) == 1


@pytest.mark.parametrize("status", ["closed", "erased"])
async def test_after_a_case_ended_one_can_cross_again(person, world, status):
    await person.starts()
    await person.presses(*TO_RELAY)
    person.set_case(status)
    await person.taps("menu")
    await person.presses("human", *["understood"] * 4, *WITH_NOTES)
    await person.presses("flanders", "this_centre", "confirm", "yes", "yes", "yes")
    assert person.keys == ["handover.done"]
    assert len(world.store.cases) == 2


async def test_a_number_taken_meanwhile_is_drawn_again(person, world):
    await person.starts()
    await person.presses(*TO_PREVIEW, "confirm", "yes", "yes")
    world.store.conflicts = 1
    await person.presses("yes")
    assert person.keys == ["handover.done"]
    assert len(world.store.cases) == 1


@pytest.mark.promise(4)
@pytest.mark.parametrize("label", ["not_now", "stop"])
async def test_turning_back_keeps_no_answer_for_good(person, label):
    """Not now drops what was noted; stop keeps it sealed, for one tap to go on."""
    await person.starts()
    await person.presses(*TO_MENU, *TO_CONTACT, "contact_call")
    await person.types("+32 470 00 00 00")
    await person.presses("morning", "only_me", "skip", "brussels")
    await (person.presses(label) if label == "not_now" else person.taps(label))
    assert bool(person.conversation.draft) is (label == "stop")


async def test_withdrawing_takes_every_yes_back_and_the_key_with_it(person, world):
    await person.starts()
    await person.presses(*TO_RELAY)
    await person.taps("withdraw")
    assert person.keys == ["withdraw.done"]
    assert [c.decision for c in person.last.consents] == ["withdrawn"] * 3
    assert [case.status for case in world.store.cases.values()] == ["erased"]
    assert person.conversation.case_id is None
    assert person.conversation.owner is Owner.BOT


async def test_after_withdrawing_one_can_cross_again(person, world):
    await person.starts()
    await person.presses(*TO_RELAY)
    await person.taps("withdraw")
    await person.taps("menu")
    await person.presses("human", *["understood"] * 4, *WITH_NOTES)
    await person.presses("brussels", "this_centre", "confirm", "yes", "yes", "yes")
    assert sorted(c.status for c in world.store.cases.values()) == ["erased", "waiting"]


def _turn_of(person, world):
    from bot.intake.pending import PendingTurn
    from bot.intake.ports import Kind

    told = replace(person.conversation)
    return PendingTurn(person.incoming(Kind.TEXT, ""), told, told, world.clock())


async def test_a_links_region_is_asked_for_no_more(world):
    """What a link answers is as good as chosen, once; the centre is still proposed."""
    person = world.person()
    start = replace(person.incoming(Kind.BUTTON, "go_on"), region="flanders")
    person.screen = await world.turns.handle(start)
    assert person.conversation.link_region == "flanders"
    assert "region" not in person.conversation.facts
    await person.presses("yes", "yes", *TO_CONTACT, *WITH_NOTES)
    assert person.keys == ["centre.propose"]
    assert person.conversation.facts["centre"] == "payoke"
    assert person.conversation.link_region is None


async def test_a_links_region_binds_nobody(world):
    """Whoever takes another centre is not led back to the link's."""
    person = world.person()
    start = replace(person.incoming(Kind.BUTTON, "go_on"), region="flanders")
    person.screen = await world.turns.handle(start)
    await person.presses("yes", "yes", *TO_CONTACT, *WITH_NOTES, "pag_asa")
    assert person.keys == ["preview.show"]
    assert person.conversation.facts["centre"] == "pag-asa"


async def test_a_later_link_changes_no_conversation(person, world):
    await person.starts()
    again = replace(person.incoming(Kind.COMMAND, "start"), region="wallonia")
    await world.turns.handle(again)
    assert person.conversation.link_region is None
