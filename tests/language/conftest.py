"""Small catalogs and lists, written for one test."""

from pathlib import Path

import pytest

ROW = "- {{tag: {}, name: {}, english_name: x, direction: {}, status: {}, enabled: {}}}"
ROWS = (
    ("nl", "Nederlands", "ltr", "live", "true"),
    ("en", "English", "ltr", "reviewed", "true"),
    ("ar", "العربية", "rtl", "draft", "true"),
    ("th", "ไทย", "ltr", "draft", "false"),
)
LANGUAGES = "\n".join(["languages:", *(ROW.format(*row) for row in ROWS)])
PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgctxt "numbers.list"
msgid "Call {number_central}."
msgstr "%s"

msgctxt "centre.propose"
msgid "The centre is {centre}."
msgstr "The centre is {centre}."

msgctxt "braces"
msgid "Not an argument: {{x}}"
msgstr "Not an argument: {{x}}"

#, fuzzy
msgctxt "doubtful"
msgid "Perhaps."
msgstr "Perhaps."

msgctxt "untranslated"
msgid "Later."
msgstr ""
"""


@pytest.fixture
def languages_file(tmp_path: Path) -> Path:
    path = tmp_path / "languages.yml"
    path.write_text(LANGUAGES, encoding="utf-8")
    return path


@pytest.fixture
def translations(tmp_path: Path) -> Path:
    texts = {"en": "Call {number_central}.", "ar": "اتصل {number_central}."}
    for tag, text in texts.items():
        folder = tmp_path / "translations" / tag / "LC_MESSAGES"
        folder.mkdir(parents=True)
        folder.joinpath("passerelle.po").write_text(PO % text, encoding="utf-8")
    return tmp_path / "translations"
