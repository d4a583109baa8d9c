"""The gate: counts presses, forgets them, and holds no address."""

from bot.channels.gate import MOST_KEPT, Gate


class Hand:
    """A clock moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_flood_is_kept_out_until_its_time_is_over() -> None:
    clock = Hand()
    gate = Gate([(3, 10.0)], clock=clock)
    assert [gate.lets_in("one") for _ in range(4)] == [True, True, True, False]
    assert gate.lets_in("two")
    clock.now = 10.0
    assert gate.lets_in("one")


def test_every_limit_counts() -> None:
    clock = Hand()
    gate = Gate([(2, 1.0), (3, 60.0)], clock=clock)
    let_in = []
    for _ in range(5):
        let_in.append(gate.lets_in("one"))
        clock.now += 1.0
    assert let_in == [True, True, True, False, False]


def test_memory_is_bounded_and_holds_no_address() -> None:
    gate = Gate()
    for number in range(MOST_KEPT + 10):
        gate.lets_in(f"address {number}")
    assert len(gate._presses) == MOST_KEPT
    assert not any(b"address" in name for name in gate._presses)
