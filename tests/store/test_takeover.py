"""Once a human has taken over, the bot is silent, in whatever order things happen."""

import itertools
from datetime import timedelta

import pytest

from bot.errors import ConflictError, StillSendingError
from bot.intake.conversation import Owner
from bot.intake.reply import Author
from bot.store.dispatch import LEASE, Dispatch
from bot.store.schema import outbox
from bot.store.takeover import hand_back, take_over

SECOND = timedelta(seconds=1)


@pytest.fixture
def dispatch(database, pocket):
    return Dispatch(database, pocket)


def take(database, conversation_id, now):
    with database.write() as connection:
        return take_over(connection, conversation_id, now)


def test_a_takeover_raises_the_epoch_and_drops_what_waits(
    chatter, dispatch, database, noon
):
    id_ = chatter.turn("menu").after.id
    assert take(database, id_, noon)
    taken = chatter.conversation
    assert (taken.owner, taken.epoch) == (Owner.HUMAN, 1)
    with database.read() as connection:
        row = connection.execute(outbox.select()).one()
        assert (row.status, row.payload) == ("dropped", b"")
    assert dispatch.claim_next(noon) is None


def test_a_takeover_waits_for_the_line_on_its_way(chatter, dispatch, database, noon):
    id_ = chatter.turn("menu").after.id
    claimed = dispatch.claim_next(noon)
    with pytest.raises(StillSendingError):
        take(database, id_, noon + SECOND)
    assert chatter.conversation.owner is Owner.BOT
    dispatch.mark_sent(claimed, "9", noon + SECOND)
    assert take(database, id_, noon + SECOND)


def test_a_takeover_waits_for_a_page_that_is_just_being_sent(person, database, noon):
    id_ = person.turn("menu", now=noon).after.id
    with pytest.raises(StillSendingError):
        take(database, id_, noon + SECOND / 2)
    assert take(database, id_, noon + SECOND)


def test_a_takeover_does_not_wait_for_a_dead_dispatcher(
    chatter, dispatch, database, noon
):
    id_ = chatter.turn("menu").after.id
    dead = dispatch.claim_next(noon)
    assert take(database, id_, noon + LEASE)
    assert dispatch.claim_next(noon + LEASE) is None
    dispatch.retry_at(dead, noon)
    assert dispatch.claim_next(noon + LEASE) is None


def test_a_turn_decided_before_a_takeover_is_decided_again(
    chatter, dispatch, database, noon
):
    id_ = chatter.turn().after.id
    late = chatter.change("menu")
    take(database, id_, noon)
    with pytest.raises(ConflictError):
        chatter.store.commit(late, now=noon)
    assert dispatch.claim_next(noon) is None


def test_answers_of_control_go_out_after_a_takeover(chatter, dispatch, database, noon):
    id_ = chatter.turn("numbers", author=Author.CONTROL).after.id
    take(database, id_, noon)
    assert dispatch.claim_next(noon).line.key == "numbers"


def test_taking_over_twice_is_taking_over_once(chatter, database, noon):
    id_ = chatter.turn().after.id
    assert take(database, id_, noon)
    assert take(database, id_, noon)
    assert chatter.conversation.epoch == 1


def test_an_erased_conversation_cannot_be_taken_over(chatter, database, noon):
    id_ = chatter.turn().after.id
    chatter.turn(erase_conversation=True)
    assert take(database, id_, noon) is False


def test_after_handing_back_only_new_lines_of_the_bot_go(
    chatter, dispatch, database, noon
):
    id_ = chatter.turn("old").after.id
    take(database, id_, noon)
    with database.write() as connection:
        assert hand_back(connection, id_, noon)
    assert chatter.conversation.owner is Owner.BOT
    assert dispatch.claim_next(noon) is None
    chatter.turn("new")
    assert dispatch.claim_next(noon).line.key == "new"


def orders(*actors):
    """Every order in which the steps of these actors can happen."""
    names = [n for n, steps in enumerate(actors) for _ in range(steps)]
    return sorted(set(itertools.permutations(names)))


class Race:
    """One order of dispatching, a takeover and a turn; who spoke, and when."""

    def __init__(self, chatter, database, dispatch, noon):
        self.chatter, self.database, self.dispatch = chatter, database, dispatch
        self.now = noon
        self.id = chatter.turn("one", "two").after.id
        self.in_hand = self.pending = None
        self.taken = False
        self.spoken_after = []

    def step_of_dispatcher(self):
        self.now += SECOND
        if self.in_hand is None:
            self.in_hand = self.dispatch.claim_next(self.now)
            if self.in_hand and self.taken and self.in_hand.line.author == "bot":
                self.spoken_after.append(self.in_hand.line.key)
            return
        self.dispatch.mark_sent(self.in_hand, "9", self.now)
        self.in_hand = None

    def step_of_desk(self):
        try:
            self.taken = take(self.database, self.id, self.now) or self.taken
        except StillSendingError:
            assert self.in_hand is not None
        if self.taken and self.in_hand:
            # Whoever was told "taken" must not see a line arrive afterwards.
            assert self.in_hand.line.author != "bot"

    def step_of_person(self):
        if self.pending is None:
            self.pending = self.chatter.change("three")
            return
        try:
            self.chatter.store.commit(self.pending, now=self.now)
        except ConflictError:
            assert self.taken
        self.pending = None


def test_in_no_order_does_the_bot_speak_after_a_takeover(
    chatter, database, dispatch, noon
):
    takeovers = 0
    for order in orders(4, 1, 2):
        race = Race(chatter, database, dispatch, noon)
        steps = [race.step_of_dispatcher, race.step_of_desk, race.step_of_person]
        for actor in order:
            steps[actor]()
        while race.in_hand:
            race.step_of_dispatcher()
        race.step_of_desk()
        race.step_of_dispatcher()
        assert race.taken
        assert race.spoken_after == [], order
        takeovers += race.taken
        chatter.turn(erase_conversation=True)
    assert takeovers == 105


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # locks by row
def test_a_claim_does_not_wait_for_a_takeover_in_progress(
    chatter, database, open_again, pocket, noon
):
    id_ = chatter.turn("menu").after.id
    other = Dispatch(open_again(), pocket)
    with database.write() as connection:
        take_over(connection, id_, noon)
        assert other.claim_next(noon) is None
    assert other.claim_next(noon) is None


def give_back(database, conversation_id, now):
    with database.write() as connection:
        hand_back(connection, conversation_id, now)


@pytest.mark.parametrize("then", [lambda *_: None, give_back])
def test_even_a_line_the_takeover_overlooked_is_dropped_at_the_claim(
    then, chatter, database, dispatch, noon
):
    id_ = chatter.turn("menu").after.id
    with database.read() as connection:
        (row,) = connection.execute(outbox.select()).mappings().all()
    take(database, id_, noon)
    then(database, id_, noon)
    with database.write() as connection:
        connection.execute(outbox.insert(), {**row, "id": row["id"] + 1})
    assert dispatch.claim_next(noon) is None
