"""How the guards read a text: its words, its scripts and its folded letters."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("name_words.yml")
# Signs that belong to a word though Python's \w leaves them out: the vowels of the
# Indic scripts and of Thai.
LETTERS = (
    r"\w\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0963\u0966-\u097f"
    r"\u0a00-\u0a7f\u0e31-\u0e3a\u0e47-\u0e4e"
)
WORD = re.compile(rf"[{LETTERS}]+(?:['’][{LETTERS}]+)*")
# What no translation may touch: addresses, links, @names, hashtags, codes and plates.
# Bounded, and begun at the beginning of a word only: a text of signs that nearly make
# an address would else take seconds.
VERBATIM = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
    r"|(?:https?://|www\.)[^\s<>\"'،؛。，]+"
    r"|(?<![\w@.-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}"
    r"\.(?:be|com|org|net|eu|me|nl|fr|de|info)\b(?:/[^\s<>\"'،؛。，]*)?"
    r"|(?<!\w)[@#]\w{2,}"
)
UNSPACED = frozenset({"zh-Hans", "th"})
_SCRIPT_OF = {
    **dict.fromkeys(("bg", "ru", "uk"), "CYRILLIC"),
    **dict.fromkeys(("ar", "fa", "ps", "ur"), "ARABIC"),
    "am": "ETHIOPIC",
    "hi": "DEVANAGARI",
    "pa": "GURMUKHI",
    "th": "THAI",
    "zh-Hans": "CJK",
}
_FOLDED = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "ی": "ي",
        "ک": "ك",
        "ى": "ي",
        "\u0640": None,  # the stroke that lengthens an Arabic word
        "\u200b": None,
        "\u200c": None,  # parts a Persian prefix from its verb
        "\u200d": None,
        "\u200e": None,
        "\u200f": None,
        "\u2066": None,
        "\u2067": None,
        "\u2068": None,
        "\u2069": None,
        "\ufeff": None,
        "ዐ": "አ",
        "ሠ": "ሰ",
        "ሐ": "ሀ",
        "ኀ": "ሀ",
        **dict.fromkeys(map(chr, range(0x64B, 0x653))),  # vowel signs of Arabic
    }
)


def fold(text: str) -> str:
    """The text as one may type it: small letters, one apostrophe, no hidden signs."""
    composed = unicodedata.normalize("NFC", text.replace("İ", "i"))
    return composed.translate(_FOLDED).casefold()


def plain(word: str) -> str:
    """The word without its accents."""
    parts = unicodedata.normalize("NFD", fold(word))
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def script_of(language: str) -> str:
    """The script in which a language is written."""
    return _SCRIPT_OF.get(language, "LATIN")


@lru_cache(maxsize=8192)
def script(letter: str) -> str:
    """The script of one letter, by the first word of its Unicode name."""
    return unicodedata.name(letter, "?").split()[0]


@lru_cache(maxsize=32)
def word_list(name: str) -> frozenset[str]:
    """One of the lists of words by which names are told from other words."""
    text = _FILE.read_text(encoding="utf-8")
    lists: dict[str, str] = yaml.load(text, Loader=yaml.CSafeLoader)
    return frozenset(lists.get(name, "").split())


def words(text: str) -> list[str]:
    """The words of a text, as they are written."""
    return WORD.findall(text)


def tokens(text: str, language: str) -> list[str]:
    """The folded words; signs one by one, where no spaces part the words."""
    folded = fold(text)
    if language in UNSPACED:
        return [sign for sign in folded if sign.isalnum()]
    return WORD.findall(folded)
