"""`passerelle words`: what is said in which language, and who has read it."""

import argparse
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

from bot.errors import PasserelleError
from bot.language.gaps import Folders, find_gaps
from bot.language.languages import Languages
from bot.language.sign_offs import Reviews, State
from bot.wiring import NLU_DATA, ROOT, TRANSLATIONS, now

UTTERANCES = ROOT / "tests" / "nlu_data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do; without words it shows the state of every language."""
    parser.description = (
        "Without more words: how far each language has come. All texts are drafts"
        " until a native reviewer has signed each one off; a sentence whose source or"
        " translation changes afterwards has to be read again."
    )
    doing = parser.add_subparsers(dest="doing", metavar="WHAT")
    gaps = doing.add_parser("missing", help="say what a language still lacks")
    todo = doing.add_parser("todo", help="list the sentences that nobody stands for")
    sign = doing.add_parser("sign", help="record that a reviewer stands for sentences")
    take_in = doing.add_parser("import", help="take in a PO file, as Weblate writes it")
    export = doing.add_parser("export", help="write a PO file, unread texts as fuzzy")
    for one in (gaps, todo, sign, take_in, export):
        one.add_argument("language", help="the language's tag, such as fr")
    todo.add_argument("--family", default="", help="only keys that begin with this")
    sign.add_argument("keys", nargs="*", help="keys, or none with --all")
    sign.add_argument("--all", action="store_true", help="every sentence")
    sign.add_argument("--reviewer", required=True, help="who read it, as in the list")
    for one in (take_in, export):
        one.add_argument("file", type=Path)


def run(arguments: argparse.Namespace) -> int:
    """Do it, and say in one line what was done."""
    reviews = Reviews(TRANSLATIONS)
    languages = Languages(NLU_DATA / "languages.yml")
    if arguments.doing is None:
        return _show_all(reviews, languages)
    if arguments.doing == "missing":
        return _show_gaps(arguments.language)
    if arguments.language not in languages:
        raise PasserelleError(f"{arguments.language} is not in nlu_data/languages.yml.")
    if arguments.doing == "todo":
        return _show_todo(reviews, arguments)
    if arguments.doing == "sign":
        return _sign(reviews, arguments)
    if arguments.doing == "import":
        changed = reviews.take_in(arguments.language, arguments.file)
        return _say(f"{changed} sentences changed; they are to be read again.")
    reviews.export(arguments.language, arguments.file)
    return _say(f"Written to {arguments.file}.")


def _show_all(reviews: Reviews, languages: Languages) -> int:
    _say(f"{'':<9}{'status':<10}" + "".join(f"{s.value:>9}" for s in State))
    for language in languages.all:
        counts = Counter(row.state for row in reviews.sentences(language.tag))
        figures = "".join(f"{counts[state]:>9}" for state in State)
        _say(f"{language.tag:<9}{language.status:<10}{figures}")
    return 0


def _show_gaps(language: str) -> int:
    folders = Folders(NLU_DATA, TRANSLATIONS, UTTERANCES)
    gaps = list(find_gaps(folders, language))
    for gap in gaps:
        _say(gap)
    return 1 if gaps else _say(f"{language} lacks nothing.")


def _show_todo(reviews: Reviews, arguments: argparse.Namespace) -> int:
    for row in reviews.sentences(arguments.language):
        if row.state is State.SIGNED or not row.key.startswith(arguments.family):
            continue
        _say(f"\n{row.key}  ({row.state.value})\n  {row.note}")
        _say(
            f"  EN  {row.source!r}\n  {arguments.language.upper()}  {row.translation!r}"
        )
    return 0


def _sign(reviews: Reviews, arguments: argparse.Namespace) -> int:
    rows = reviews.sentences(arguments.language)
    keys = [row.key for row in rows] if arguments.all else arguments.keys
    today: datetime = now()
    count = reviews.sign(
        arguments.language, keys, reviewer=arguments.reviewer, on=today.date()
    )
    return _say(f"{count} sentences signed off by {arguments.reviewer}.")


def _say(sentence: str) -> int:
    sys.stdout.write(f"{sentence}\n")
    return 0
