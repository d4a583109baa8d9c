"""`passerelle languages`: what an operator types, and what is said to it."""

import re
from collections.abc import Callable

import pytest

from bot.cli import main
from bot.language.machine.index import Patience
from tests.package_index import (
    ALL_PAIRS,
    fails,
    pack,
    package_index,
    pin,
    remake,
)

FR_EN = pack("fr", "en")
Languages = Callable[..., tuple[int, str]]


@pytest.fixture
def index():
    with package_index() as found:
        for pair in ALL_PAIRS:
            found.offer(pack(*pair))
        yield found


@pytest.fixture
def languages(index, tmp_path, monkeypatch, capsys) -> Languages:
    monkeypatch.setenv("PASSERELLE_DATA", str(tmp_path))
    monkeypatch.setenv("ARGOS_PACKAGE_INDEX", index.address)
    quick = Patience(silence_seconds=1, index_seconds=2)
    monkeypatch.setattr("bot.commands.languages.PATIENCE", quick)

    def call(*words: object) -> tuple[int, str]:
        result = main(["languages", *map(str, words)])
        told = capsys.readouterr()
        return result, told.out + told.err

    return call


@pytest.fixture
def pins(tmp_path):
    path = tmp_path / "languages" / "pins.txt"
    pin(path, *(pack(*pair) for pair in ALL_PAIRS))
    return path


def test_languages_are_installed_to_and_from_english(languages, pins):
    result, said = languages("install", "fr", "ar")
    assert result == 0
    assert said.count("installed.") == 4
    assert "100 %" in said
    result, said = languages("list")
    assert "4 packages; 6 directions, 2 through another" in said
    assert re.search(r"fr to en  1\.0  0\.\d MB", said)
    assert re.search(r"Without a package here: .*\bps\b", said)


def test_what_was_asked_for_and_no_more(languages, pins, index):
    assert languages("install", "fr")[0] == 0
    assert not [path for path, _ in index.asked if "ar" in path.split("-")[1:2]]
    assert "2 packages; 2 directions, 0 through another" in languages("list")[1]


def test_what_is_there_is_not_fetched_again(languages, pins, index):
    languages("install", "fr")
    asked = len(index.asked)
    result, said = languages("install", "fr")
    assert result == 0
    assert said.count("there already") == 2
    assert len(index.asked) == asked + 1, "the index itself"


def test_what_the_index_lacks_is_said(languages, pins, index):
    index.rows = [row for row in index.rows if row["from_code"] != "ar"]
    result, said = languages("install", "fr", "ar", "ps")
    assert result == 1
    assert "ar: the index has no package from it." in said
    assert "ps: the index has no package." in said
    assert said.count("installed.") == 3


def test_each_unpinned_package_is_told_with_its_line(languages, tmp_path):
    result, said = languages("install", "fr")
    assert result == 1
    assert said.count("SHA-256 seen") == 2
    lines = re.findall(r"^[0-9a-f]{64}  translate-\S+$", said, re.MULTILINE)
    (tmp_path / "languages" / "pins.txt").write_text("\n".join(lines))
    assert languages("install", "fr")[0] == 0


def test_the_list_of_pins_may_lie_elsewhere(languages, tmp_path, monkeypatch):
    elsewhere = tmp_path / "etc" / "pins"
    monkeypatch.setenv("PASSERELLE_PACKAGE_PINS", str(elsewhere))
    pin(elsewhere, FR_EN)
    assert languages("import", FR_EN)[0] == 0


def test_an_index_that_is_away_is_one_sentence(languages, index):
    index.ways["/index.json"] = fails(500)
    result, said = languages("install", "fr")
    assert result == 1
    assert said.count("\n") == 1
    assert "HTTP 500" in said


def test_a_file_is_imported_without_the_network(languages, pins, index):
    result, said = languages("import", FR_EN, pack("en", "ar"))
    assert (result, said.count("installed.")) == (0, 2)
    assert index.asked == []


def test_one_bad_file_does_not_keep_the_others_out(languages, pins, tmp_path):
    bad = remake(FR_EN, tmp_path / "bad.argosmodel")
    result, said = languages("import", bad, tmp_path / "none.argosmodel", FR_EN)
    assert result == 1
    assert "bad.argosmodel is not installed" in said
    assert "none.argosmodel" in said
    assert "fr to en 1.0: installed." in said


def test_languages_are_removed(languages, pins):
    languages("install", "fr", "ar")
    result, said = languages("remove", "ar", "uk")
    assert result == 1
    assert "ar to en: removed." in said
    assert "en to ar: removed." in said
    assert "uk: no package is here." in said
    assert "2 packages; 2 directions" in languages("list")[1]


def test_a_broken_folder_is_named(languages, pins, tmp_path):
    (tmp_path / "languages" / "translate-xx_yy-1_0").mkdir(parents=True)
    result, said = languages("list")
    assert result == 0
    assert "translate-xx_yy-1_0 is no readable package" in said


def test_without_packages_the_list_is_empty(languages):
    result, said = languages("list")
    assert result == 0
    assert said.startswith("0 packages; 0 directions")
