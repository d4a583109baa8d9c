"""Every line that a walk can bring is a sentence of the catalog, complete."""

import pytest

from bot.directory.load import load_directory
from bot.intake.conversation import Owner
from bot.language.catalogs import Catalogs
from bot.language.languages import Languages
from tests.fakes import NLU_DATA
from tests.house import TO_CONTACT, TO_MENU, TO_RELAY

ROOT = NLU_DATA.parent
TRANSLATIONS = ROOT / "translations"
LANGUAGES = Languages(NLU_DATA / "languages.yml")
DIRECTORY = load_directory(ROOT / "bot" / "directory" / "be.yml")
CATALOGS = Catalogs(TRANSLATIONS, LANGUAGES, DIRECTORY.arguments())
WRITTEN = sorted(path.name for path in TRANSLATIONS.iterdir() if path.is_dir())
ANSWERS = ("stop", "resume", "numbers", "language", "receipt", "seen", "withdraw")
TYPED = ("he is going to kill me", "i want to kill myself", "hm", "", "x" * 5000)


class Reader:
    """Reads each screen as a channel would, and notes what has no words."""

    def __init__(self, person, language):
        self.person, self.language, self.missing = person, language, set()

    async def do(self, coming):
        screen = await coming
        for line in screen.lines:
            self._read(line.key, line.args)
            for _token, label in line.tokens:
                self._read(label, {})

    def _read(self, key, args):
        try:
            CATALOGS.text(self.language, key, **args)
        except KeyError as missing:
            self.missing.add((key, str(missing)))


async def _see_everything(reader):
    person = reader.person
    await reader.do(person.starts())
    for label in TO_RELAY:
        await reader.do(person.presses(label))
    for token in ANSWERS:
        await reader.do(person.taps(token))
    for text in TYPED:
        await reader.do(person.types(text))
    for label in ("menu", "old"):
        await reader.do(person.taps(label))
    for label in ("human", *["understood"] * 4, "contact_call"):
        await reader.do(person.presses(label))
    await reader.do(person.types("+32 470 00 00 00"))
    await reader.do(person.types("late at night"))
    for label in ("others", "skip", "region_unknown", "payoke", "which_change"):
        await reader.do(person.presses(label))
    person.world.engine.is_up = False
    await reader.do(person.types("hm"))
    person.world.store.away = frozenset({"load"})
    await reader.do(person.types("hm"))


@pytest.mark.promise(5, 20)
@pytest.mark.parametrize("language", WRITTEN)
async def test_every_screen_has_its_words(person, language):
    """No screen of a whole walk lacks a word, a label or an argument."""
    reader = Reader(person, language)
    await _see_everything(reader)
    assert reader.missing == set()


@pytest.mark.parametrize("open_now", [True, False])
@pytest.mark.parametrize("language", WRITTEN)
async def test_every_end_of_a_handover_has_its_words(person, language, open_now):
    reader = Reader(person, language)
    person.world.directory.open = open_now
    await reader.do(person.starts())
    for label in TO_RELAY:
        await reader.do(person.presses(label))
    await reader.do(person.types("one more thing"))
    person.put(owner=Owner.HUMAN)
    for token in (*ANSWERS, "erase"):
        await reader.do(person.taps(token))
    assert reader.missing == set()


@pytest.mark.promise(5)
@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("centre", ["pag-asa", "payoke", "surya"])
async def test_the_real_text_is_the_same_to_the_last_byte(new_world, language, centre):
    """With the real catalogs and the real directory: shown, asked and sealed alike."""
    world = new_world()
    world.use(catalogs=CATALOGS, directory=DIRECTORY)
    world.store.recipients = dict.fromkeys(["pag-asa", "payoke", "surya"], "R")
    person = world.person()
    person.language = language
    await person.starts()
    await person.presses(*TO_MENU, *TO_CONTACT, "contact_call")
    await person.types("+32 470 00 00 00 {number_central}")
    await person.presses("evening", "others", "skip", "brussels")
    await person.presses(centre.replace("-", "_"))
    shown = person.screen.lines[-1].args["text"]
    await person.presses("confirm", "yes", "yes", "yes")
    case = person.last.new_case
    assert case.sealed_text == f"{case.recipient}|{shown}".encode()
    assert "+32 470 00 00 00 {number_central}" in shown


def test_every_enabled_language_has_its_words():
    assert {language.tag for language in LANGUAGES.enabled} <= set(WRITTEN)
