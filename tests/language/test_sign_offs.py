"""A sign-off holds for one source and one translation, and for nothing else."""

from datetime import date
from pathlib import Path

import pytest

from bot.errors import PasserelleError
from bot.language.languages import Languages
from bot.language.sign_offs import Reviews, State
from bot.wiring import NLU_DATA, TRANSLATIONS

SOURCE = {"first.hello": "Hello {name}.", "menu": "What would you like?"}
ON = date(2030, 1, 2)


def write(folder: Path, language: str, texts: dict[str, str]) -> Path:
    path = folder / language / "LC_MESSAGES" / "passerelle.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = ['msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n']
    rows += [
        f'#. A note.\nmsgctxt "{key}"\nmsgid "{SOURCE[key]}"\nmsgstr "{text}"\n'
        for key, text in texts.items()
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


@pytest.fixture
def reviews(tmp_path: Path) -> Reviews:
    write(tmp_path, "en", SOURCE)
    write(tmp_path, "fr", {"first.hello": "Bonjour {name}."})
    return Reviews(tmp_path)


def states(reviews: Reviews) -> dict[str, State]:
    return {row.key: row.state for row in reviews.sentences("fr")}


def sign_hello(reviews: Reviews) -> None:
    reviews.sign("fr", ["first.hello"], reviewer="a reader", on=ON)


def test_all_begin_as_drafts(reviews: Reviews) -> None:
    assert states(reviews) == {"first.hello": State.DRAFT, "menu": State.MISSING}


def test_a_sign_off_is_kept(reviews: Reviews) -> None:
    sign_hello(reviews)
    assert states(reviews)["first.hello"] is State.SIGNED


def test_a_changed_translation_has_to_be_read_again(
    reviews: Reviews, tmp_path: Path
) -> None:
    sign_hello(reviews)
    write(tmp_path, "fr", {"first.hello": "Salut {name}."})
    assert states(reviews)["first.hello"] is State.CHANGED


def test_a_changed_source_unsigns(reviews: Reviews, tmp_path: Path) -> None:
    sign_hello(reviews)
    path = write(tmp_path, "en", SOURCE)
    path.write_text(path.read_text().replace("Hello", "Good day"))
    assert states(reviews)["first.hello"] is not State.SIGNED


def test_nothing_that_is_not_translated_is_signed(reviews: Reviews) -> None:
    with pytest.raises(PasserelleError, match="menu"):
        reviews.sign("fr", ["menu"], reviewer="a reader", on=ON)


def test_an_export_marks_what_nobody_has_read(reviews: Reviews, tmp_path: Path) -> None:
    reviews.export("fr", tmp_path / "out.po")
    assert "fuzzy" in (tmp_path / "out.po").read_text()
    sign_hello(reviews)
    reviews.export("fr", tmp_path / "out.po")
    assert "fuzzy" not in (tmp_path / "out.po").read_text()


def test_an_import_changes_words_and_unsigns(reviews: Reviews, tmp_path: Path) -> None:
    sign_hello(reviews)
    new = write(tmp_path / "new", "fr", {"first.hello": "Bonsoir {name}."})
    assert reviews.take_in("fr", new) == 1
    assert states(reviews)["first.hello"] is State.CHANGED


def test_an_import_that_loses_a_placeholder_is_refused(
    reviews: Reviews, tmp_path: Path
) -> None:
    new = write(tmp_path / "new", "fr", {"first.hello": "Bonsoir."})
    with pytest.raises(PasserelleError, match="braces"):
        reviews.take_in("fr", new)


def test_no_language_is_called_more_than_its_sign_offs_allow() -> None:
    reviews = Reviews(TRANSLATIONS)
    for language in Languages(NLU_DATA / "languages.yml").all:
        if language.status != "draft":
            rows = reviews.sentences(language.tag)
            assert all(row.state is State.SIGNED for row in rows), language.tag
