"""The guards: every known way to fail is seen, and true translations pass."""

import sys
import time
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from heapq import nsmallest
from itertools import permutations, product
from pathlib import Path
from statistics import median

import pytest
import yaml

from bot.language.catalogs import Catalogs
from bot.language.languages import Languages
from bot.language.machine.guards import Fault, find_fault

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
LANGUAGES = Languages(ROOT / "nlu_data" / "languages.yml")
TAGS = [one.tag for one in LANGUAGES.all]
DESK = ("nl", "fr", "en", "de")
PAIRS_INTO_EACH = 150
MOST_ALARMS, MOST_ALARMS_IN_A_LANGUAGE = 0.05, 0.08
MOST_SECONDS = 0.002
Pair = tuple[str, str, str, str]  # source, translated, from, to


def load(name):
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


FAILURES = load("failures.yml")
CLEAN: list[Pair] = [(s, t, a, b) for a, b, s, t in load("clean.yml")]
NEGATED = load("negated.yml")


class _Named(dict[str, str]):
    """Fills in every argument of a catalog text: numbers, else a name."""

    def __missing__(self, key: str) -> str:
        return "112" if key.startswith("number") else "Payoke"


@cache
def _catalogs() -> Catalogs:
    return Catalogs(ROOT / "translations", LANGUAGES, {})


def _text(tag: str, key: str) -> str:
    # The catalog's own reader, for its own format; what it fills in is ours.
    return _catalogs()._load(tag)[key].format_map(_Named())


@cache
def catalog_pairs() -> list[Pair]:
    """The same key in two languages, one of them the desk's: so many into each.

    Chosen by a checksum of their names, so that a new key moves no other choice.
    """
    found = []
    for target in TAGS:
        sources = set(TAGS if target in DESK else DESK) - {target}
        every = (
            (zlib.crc32(f"{source} {target} {key}".encode()), source, key)
            for source in sources
            for key in _catalogs().keys(source) & _catalogs().keys(target)
            if not key.startswith("printed.")  # slogans on paper, freely put
        )
        for _, source, key in nsmallest(PAIRS_INTO_EACH, every):
            found.append((_text(source, key), _text(target, key), source, target))
    return found


def tell(figures: object) -> None:
    """Shown when the tests are run with -s."""
    sys.stdout.write(f"\n{figures}")


def alarms(pairs: Iterable[Pair]) -> Iterator[tuple[Fault, Pair]]:
    for pair in pairs:
        fault = find_fault(*pair)
        if fault is not None:
            yield fault, pair


@pytest.mark.parametrize("row", FAILURES, ids=lambda row: f"{row[4]}-{row[0]}-{row[1]}")
def test_a_known_failure_is_seen(row: list[str]) -> None:
    source_language, target_language, source, translated, allowed = row
    fault = find_fault(source, translated, source_language, target_language)
    assert fault is not None
    assert fault in ([allowed] if isinstance(allowed, str) else allowed)


def test_the_frozen_list_is_wide() -> None:
    assert len(FAILURES) >= 100
    assert len({(row[0], row[1]) for row in FAILURES}) >= 50
    named = Counter(row[4] for row in FAILURES if isinstance(row[4], str))
    assert {fault for fault in Fault if named[fault] >= 3} == set(Fault)
    assert {tag for row in FAILURES for tag in row[:2]} == set(TAGS)


def test_true_short_translations_pass() -> None:
    assert len(CLEAN) >= 150
    assert len({pair[2:] for pair in CLEAN}) >= 20
    assert {tag for pair in CLEAN for tag in pair[2:]} == set(TAGS)
    found = list(alarms(CLEAN))
    tell(f"short translations: {len(found)} false alarms of {len(CLEAN)}")
    assert len(found) <= MOST_ALARMS * len(CLEAN), found


def test_sentences_made_for_other_tests_pass() -> None:
    """Written by others, for the tiny packages: nobody fitted the guards to them."""
    lines = (ROOT / "tests" / "packs" / "sentences.tsv").read_text(encoding="utf-8")
    rows = [
        dict(zip(("fr", "en", "ar"), r.split("\t"), strict=True))
        for r in lines.splitlines()
    ]
    pairs = [(row[a], row[b], a, b) for row in rows for a, b in permutations(row, 2)]
    found = list(alarms(pairs))
    tell(f"sentences of the tiny packages: {len(found)} of {len(pairs)}")
    assert len(pairs) > 1000
    assert len(found) <= 0.01 * len(pairs), found


def test_the_catalogs_pass() -> None:
    """Freely translated, in long texts: harder than what a machine makes of a line."""
    pairs = catalog_pairs()
    found = list(alarms(pairs))
    of_target = Counter(pair[3] for pair in pairs)
    false = Counter(pair[3] for _, pair in found)
    shares = {tag: false[tag] / of_target[tag] for tag in TAGS}
    tell(f"catalogs: {len(found)} false alarms of {len(pairs)}")
    tell(Counter(str(fault) for fault, _ in found))
    tell({tag: f"{share:.1%}" for tag, share in shares.items()})
    assert len(found) <= MOST_ALARMS * len(pairs)
    assert set(of_target.values()) == {PAIRS_INTO_EACH}
    assert {t: s for t, s in shares.items() if s > MOST_ALARMS_IN_A_LANGUAGE} == {}


@pytest.mark.parametrize("source", TAGS)
def test_a_no_is_told_from_a_yes_in_every_pair(source: str) -> None:
    """A lost or added negation is seen, from and into each of the languages."""
    wrong = []
    for target in TAGS:
        if target == source:
            continue
        for ones, others in zip(NEGATED[source], NEGATED[target], strict=True):
            for (no, one), (not_, other) in product(enumerate(ones), enumerate(others)):
                fault = find_fault(one, other, source, target)
                if fault is not (None if no == not_ else Fault.NEGATION):
                    wrong.append((fault, one, other))
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "translated", "languages"),
    [
        ("Call 078 055 800", "Appelez le 078/055.800", "en fr"),
        ("Call 078 055 800", "اتصل على ٠٧٨٠٥٥٨٠٠", "en ar"),
        ("on 21.11.2026", "21/11/2026", "en hu"),
        ("on 21.11.2026", "le 21 novembre 2026", "en fr"),
        ("It costs 1.500 euros", "Cela coûte 1500 euros", "en fr"),
        ("at 3 pm on Friday", "vendredi à 15 h", "en fr"),
        ("I have 3 sisters", "मेरी तीन बहनें हैं", "en hi"),
        ("mam dwa koty", "I have 2 cats", "pl en"),
        ("2个月", "２ months", "zh-Hans en"),
    ],
)
def test_numbers_may_be_written_otherwise(source, translated, languages) -> None:
    assert find_fault(source, translated, *languages.split()) is None


@pytest.mark.parametrize(
    "same", ["Maria", "ok", "PAG-ASA", "Child Focus", "taxi", "SOS"]
)
def test_names_and_signs_may_stay_as_they_are(same: str) -> None:
    assert [find_fault(same, same, "en", tag) for tag in TAGS] == [None] * len(TAGS)


def test_words_that_a_person_repeats_may_be_repeated() -> None:
    assert find_fault("no no no no", "non non non non", "en", "fr") is None
    assert (
        find_fault("救命救命救命救命", "help help help help", "zh-Hans", "en") is None
    )


def test_nothing_is_told_without_words_or_within_one_language() -> None:
    assert find_fault("😀", "😀", "en", "fr") is None
    assert find_fault("112", "112", "en", "ar") is None
    assert find_fault("I do not", "I do", "en", "en") is None


def test_an_unknown_language_is_judged_as_far_as_it_goes() -> None:
    assert find_fault("Habari za leo", "Bonjour", "sw", "fr") is None
    assert find_fault("Habari za leo", "", "sw", "fr") is Fault.EMPTY


def test_every_language_has_its_words() -> None:
    folder = ROOT / "bot" / "language" / "machine"
    for name in ("negations.yml", "number_words.yml"):
        words = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
        assert set(words) == set(TAGS)
        assert all(words.values())


def test_a_guard_takes_no_time() -> None:
    for pair in CLEAN:  # lists are read and models loaded when they are first needed
        find_fault(*pair)
    seconds = []
    for pair in CLEAN:
        begun = time.perf_counter()
        find_fault(*pair)
        seconds.append(time.perf_counter() - begun)
    tell(f"median {median(seconds) * 1000:.2f} ms")
    assert median(seconds) < MOST_SECONDS


HOSTILE = ("a", "ne ", "n'", "@", "a.b-", "1 ", "A1-", "不", "a/", "a@a.", "-", "ma")


@pytest.mark.parametrize("sign", HOSTILE)
@pytest.mark.parametrize("target", ["fr", "tr", "zh-Hans", "ar"])
def test_no_text_takes_long(sign: str, target: str) -> None:
    """The longest text that the translator takes, made to be hard to read."""
    text = (sign * 4000)[:4000]
    begun = time.perf_counter()
    find_fault(f"hello {text}", text, "en", target)
    find_fault(text, f"hello {text[:2000]}", target, "en")
    assert time.perf_counter() - begun < 1.5
