"""A new language is told what it lacks, file by file."""

import shutil
from pathlib import Path

import pytest

from bot.commands.words import UTTERANCES
from bot.language.gaps import Folders, find_gaps
from bot.language.languages import Languages
from bot.wiring import NLU_DATA, TRANSLATIONS

HERE = Folders(NLU_DATA, TRANSLATIONS, UTTERANCES)
TAGS = [row.tag for row in Languages(NLU_DATA / "languages.yml").all]


@pytest.mark.parametrize("tag", TAGS)
def test_every_language_of_the_list_is_whole(tag: str) -> None:
    assert list(find_gaps(HERE, tag)) == []


def test_a_language_without_files_lacks_everything() -> None:
    gaps = list(find_gaps(HERE, "xx"))
    assert gaps[0] == "nlu_data/languages.yml has no row for xx."
    assert "translations/xx/LC_MESSAGES/passerelle.po lacks" in gaps[1]
    for intent in HERE.intents():
        assert f"nlu_data/xx/{intent}.yml has 0 of at least 30 examples." in gaps
        assert f"tests/nlu_data/xx/{intent}.yml has 0 of at least 6 utterances." in gaps


def test_one_thin_file_is_named(tmp_path: Path) -> None:
    nlu_data = tmp_path / "nlu_data"
    for tag in ("en", "fr"):
        shutil.copytree(NLU_DATA / tag, nlu_data / tag)
    shutil.copy(NLU_DATA / "languages.yml", nlu_data)
    (nlu_data / "fr" / "wages.yml").write_text(
        "nlu:\n- intent: wages\n  examples: |\n    - pas de salaire\n"
    )
    folders = Folders(nlu_data, TRANSLATIONS, UTTERANCES)
    assert list(find_gaps(folders, "fr")) == [
        "nlu_data/fr/wages.yml has 1 of at least 30 examples."
    ]
