"""The bridge: ways chosen, packages kept warm and renewed, faults not passed on."""

import shutil
import time
from pathlib import Path

import pytest

from bot.language.machine import bridge as module
from bot.language.machine.argos import Model
from bot.language.machine.bridge import Answer, Bridge
from bot.language.machine.engine import PackageFailedError, TooSlowError
from tests.package_index import pack, pin, remake, sentence_pairs

FR_EN = pack("fr", "en")


class Says:
    """A loaded package that says where it lies and what it was given."""

    def __init__(self, folder: Path) -> None:
        if not folder.exists():
            raise PackageFailedError
        self.name = folder.name.removeprefix("translate-")

    def translate(self, text: str, _deadline: float) -> str:
        return f"{text} {self.name}"


@pytest.fixture(autouse=True)
def _trust_all(request, monkeypatch):
    """Guards have tests of their own."""
    if "with_guards" not in request.fixturenames:
        monkeypatch.setattr(module, "find_fault", lambda *_: None)


@pytest.fixture
def with_guards():
    """Leaves the guards in."""


def ask(bridge: Bridge, source: str, target: str, text: str = "un mot") -> Answer:
    return bridge.translate(text, source, target, time.monotonic() + 60)


def words(answer: Answer) -> str:
    assert answer.text is not None
    return answer.text.words


def test_both_sides_read_each_other(packages, with_guards):
    """Every sentence of the tiny packages, from one script to the other, guarded."""
    bridge = Bridge(packages, Model, most=6)
    for source, target in (("fr", "ar"), ("ar", "fr")):
        pairs = sentence_pairs(source, target)
        answers = [ask(bridge, source, target, text) for text, _ in pairs]
        right = [
            answer.text is not None and answer.text.words == expected
            for answer, (_, expected) in zip(answers, pairs, strict=True)
        ]
        assert sum(right) >= 0.9 * len(pairs)
        assert {answer.via for answer in answers} == {("en",)}
    assert bridge.warm == 4


def test_the_answer_says_how_it_came_about(packages):
    answer = ask(Bridge(packages, Says, most=6), "ar", "fr")
    assert answer.as_json() == {
        "text": "un mot ar_en-1_0 en_fr-1_0",
        "engine": "Argos Translate",
        "from": "ar",
        "to": "fr",
        "via": ["en"],
        "failed": None,
    }


def test_all_ways_are_told(packages):
    ways = {(w["from"], w["to"]): w for w in Bridge(packages, Says, most=6).ways()}
    assert len(ways) == 6
    assert ways["ar", "fr"]["version"] == "1.0+1.0"
    assert ways["ar", "en"] == {"from": "ar", "to": "en", "via": [], "version": "1.0"}


@pytest.mark.parametrize("pair", [("fr", "uk"), ("ps", "fr"), ("fr", "fr"), ("", "")])
def test_no_package_is_an_answer_too(packages, pair):
    """Upstream raises AttributeError."""
    answer = ask(Bridge(packages, Says, most=6), *pair)
    assert (answer.text, answer.failed) == (None, "absent")


def test_an_empty_house_translates_nothing(tmp_path):
    bridge = Bridge(tmp_path / "none", Says, most=6)
    assert bridge.ways() == []
    assert ask(bridge, "fr", "en").failed == "absent"


def test_what_has_no_letters_is_left_as_it_is(packages):
    """A model makes "Good evening" of an emoji."""
    bridge = Bridge(packages, Says, most=6)
    assert words(ask(bridge, "fr", "en", "😀 18:30")) == "😀 18:30"
    assert bridge.warm == 0


def test_an_installation_is_noticed(house):
    bridge = Bridge(house.folder, Says, most=6)
    assert bridge.ways() == []
    pin(house.pins, FR_EN)
    house.take_in(FR_EN)
    assert words(ask(bridge, "fr", "en")) == "un mot fr_en-1_0"


def test_a_new_version_replaces_the_one_in_memory(house, tmp_path):
    """Upstream goes on with the old one, even after it was uninstalled."""
    bridge = Bridge(house.folder, Says, most=6)
    later = {"package_version": "1.1"}
    new = remake(FR_EN, tmp_path / "translate-fr_en-1_1.argosmodel", metadata=later)
    for archive, said in ((FR_EN, "1_0"), (new, "1_1")):
        pin(house.pins, archive)
        house.take_in(archive)
        assert words(ask(bridge, "fr", "en")) == f"un mot fr_en-{said}"
    assert bridge.warm == 1
    house.installer.remove([("fr", "en")])
    assert ask(bridge, "fr", "en").failed == "absent"
    assert bridge.warm == 0


def test_another_copy_of_the_same_version_is_loaded_anew(house):
    loads: list[Path] = []

    def load(folder: Path) -> Says:
        loads.append(folder)
        return Says(folder)

    bridge = Bridge(house.folder, load, most=6)
    pin(house.pins, FR_EN)
    for _ in range(2):
        house.take_in(FR_EN)
        ask(bridge, "fr", "en")
        ask(bridge, "fr", "en")
    assert len(loads) == 2


def test_the_bound_of_warm_packages_holds(packages):
    bridge = Bridge(packages, Says, most=2)
    for _ in range(3):
        ask(bridge, "ar", "fr")
        ask(bridge, "fr", "ar")
    assert bridge.warm == 2


@pytest.mark.parametrize(
    ("error", "failed"),
    [(TooSlowError, "slow"), (PackageFailedError, "absent"), (MemoryError, "absent")],
)
def test_a_failure_is_one_word(packages, error, failed):
    class Fails(Says):
        def translate(self, text: str, _deadline: float) -> str:
            raise error

    answer = ask(Bridge(packages, Fails, most=6), "fr", "en")
    assert (answer.text, answer.failed) == (None, failed)


def test_a_package_that_vanishes_is_no_error(packages, tmp_path):
    folder = shutil.copytree(packages, tmp_path / "copy")
    bridge = Bridge(folder, Says, most=6)
    bridge.ways()
    shutil.rmtree(folder)
    assert ask(bridge, "fr", "en").failed == "absent"


def test_words_with_a_fault_are_not_passed_on(packages, monkeypatch):
    monkeypatch.setattr(module, "find_fault", lambda *_: "loop")
    answer = ask(Bridge(packages, Says, most=6), "fr", "en")
    assert (answer.text, answer.failed) == (None, "loop")


def test_guards_see_the_whole_way(packages, monkeypatch):
    """The first text and the last; between two packages nobody reads."""
    seen: list[tuple[str, ...]] = []
    monkeypatch.setattr(module, "find_fault", lambda *given: seen.append(given))
    ask(Bridge(packages, Says, most=6), "ar", "fr", "كلمة")
    assert seen == [("كلمة", "كلمة ar_en-1_0 en_fr-1_0", "ar", "fr")]


def test_real_nonsense_is_caught(packages, with_guards):
    """Two known sentences joined badly: the tiny package answers with other digits."""
    bridge = Bridge(packages, Model, most=6)
    text = "Gardez ce numéro: 0470 12 34 56 et appelez le 12 mars à 18h30."
    assert ask(bridge, "fr", "ar", text).failed is not None
