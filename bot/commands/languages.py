"""`passerelle languages`: the translation packages of this house."""

import argparse
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import PasserelleError
from bot.language.catalogs import Catalogs
from bot.language.languages import Languages
from bot.language.machine.codes import own_tag
from bot.language.machine.index import Offer, Patience, read_index
from bot.language.machine.install import Installer
from bot.language.machine.packages import (
    all_packages,
    broken_folders,
    find_packages,
)
from bot.language.machine.routes import PIVOT, Direction, find_ways
from bot.settings import Settings, read_settings
from bot.wiring import NLU_DATA, load_words

PATIENCE = Patience()
_SAMPLE = "button.human"  # of the catalog: a sentence in each of our languages


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which languages."""
    chosen = parser.add_subparsers(metavar="ACTION", required=True)
    install = chosen.add_parser("install", help="fetch packages from the index")
    install.add_argument("languages", nargs="+", help="such as fr ar uk")
    install.set_defaults(act=_install)
    take_in = chosen.add_parser("import", help="take in a package from a file")
    take_in.add_argument("files", nargs="+", type=Path, metavar="FILE")
    take_in.set_defaults(act=_import)
    show = chosen.add_parser("list", help="show what is there, and what is not")
    show.set_defaults(act=_list)
    remove = chosen.add_parser("remove", help="take languages away")
    remove.add_argument("languages", nargs="+", help="such as uk")
    remove.set_defaults(act=_remove)


def run(arguments: argparse.Namespace) -> int:
    """Do it; 1 if something that was asked for is not there afterwards."""
    act: Callable[[argparse.Namespace, Settings], int] = arguments.act
    return act(arguments, read_settings())


def _install(arguments: argparse.Namespace, settings: Settings) -> int:
    """The packages between the languages named, and to and from English."""
    offers = read_index(settings.package_index, PATIENCE)
    named = {own_tag(one) for one in arguments.languages} - {PIVOT}
    wanted = named | {PIVOT}
    directions = [pair for pair in sorted(offers) if set(pair) <= wanted]
    lacking = _tell_lacking(named, directions)
    installer = _installer(settings)
    with installer.alone():
        failed = sum(not _install_one(installer, offers[pair]) for pair in directions)
    return int(bool(failed or lacking))


def _tell_lacking(named: Iterable[str], directions: Iterable[Direction]) -> int:
    """Say which languages have no package, or lead one way only; how many."""
    lacking = 0
    for tag in sorted(named):
        into = any(target == tag for _, target in directions)
        out_of = any(source == tag for source, _ in directions)
        if not into or not out_of:
            what = {(False, False): "", (True, False): " from it"}.get(
                (into, out_of), " into it"
            )
            _say(f"{tag}: the index has no package{what}.")
            lacking += 1
    return lacking


def _install_one(installer: Installer, offer: Offer) -> bool:
    shown = f"{offer.source} to {offer.target} {offer.version}"
    if installer.holds(offer):
        _say(f"{shown}: there already.")
        return True
    progress = _Progress(shown)
    try:
        installer.install(offer, progress)
    except PasserelleError as error:
        progress.end("")
        _say(f"{shown}: {error}")
        return False
    progress.end("installed.")
    return True


def _import(arguments: argparse.Namespace, settings: Settings) -> int:
    installer = _installer(settings)
    failed = 0
    with installer.alone():
        for file in arguments.files:
            try:
                (source, target), version = installer.take_in(file)
            except (PasserelleError, OSError) as error:
                _say(str(error))
                failed += 1
            else:
                _say(f"{source} to {target} {version}: installed.")
    return int(bool(failed))


def _list(arguments: argparse.Namespace, settings: Settings) -> int:
    folder = settings.packages
    packages = find_packages(folder)
    for package in packages.values():
        size = f"{package.megabytes:.1f} MB"
        _say(f"{package.source} to {package.target}  {package.version}  {size}")
    for path in broken_folders(folder):
        _say(f"{path.name} is no readable package; nothing uses it.")
    ways = find_ways(packages.keys())
    through = sum(bool(via) for via in ways.values())
    _say(f"{len(packages)} packages; {len(ways)} directions, {through} through another")
    lacking = [row.tag for row in _languages().all if not _has_way(row.tag, ways)]
    if lacking:
        _say(f"Without a package here: {', '.join(lacking)}.")
    return 0


def _remove(arguments: argparse.Namespace, settings: Settings) -> int:
    installer = _installer(settings)
    named = {own_tag(one) for one in arguments.languages}
    with installer.alone():
        held = {package.direction for package in all_packages(settings.packages)}
        gone = [pair for pair in sorted(held) if named & set(pair)]
        installer.remove(gone)
    for source, target in gone:
        _say(f"{source} to {target}: removed.")
    missing = named - {tag for pair in gone for tag in pair}
    for tag in sorted(missing):
        _say(f"{tag}: no package is here.")
    return int(bool(missing))


def _installer(settings: Settings) -> Installer:
    catalogs = load_words(settings).catalogs

    def try_it(folder: Path, language: str) -> None:
        # The libraries of translation, only where something is tried.
        from bot.language.machine.trial import try_package

        try_package(folder, _sample(catalogs, language))

    return Installer(settings.packages, settings.package_pins, try_it, PATIENCE)


def _sample(catalogs: Catalogs, language: str) -> str:
    spoken = language if language in _languages() else PIVOT
    return str(catalogs.text(spoken, _SAMPLE))


def _has_way(tag: str, ways: Iterable[Direction]) -> bool:
    return any(source == tag for source, _ in ways)


def _languages() -> Languages:
    return Languages(NLU_DATA / "languages.yml")


@dataclass(slots=True)
class _Progress:
    """One line that fills: on a terminal as it goes, in a log once each quarter."""

    shown: str
    _told: int = field(default=-1)

    def __call__(self, have: int, whole: int) -> None:
        share = have * 100 // whole if whole else 0
        step = share if sys.stdout.isatty() else share // 25 * 25
        if step > self._told:
            self._told = step
            end = "" if sys.stdout.isatty() else "\n"
            start = "\r" if sys.stdout.isatty() else ""
            of = f" of {whole / 1e6:.1f}" if whole else ""
            sys.stdout.write(
                f"{start}{self.shown}: {have / 1e6:.1f}{of} MB, {share} %{end}"
            )
            sys.stdout.flush()

    def end(self, how: str) -> None:
        """Leave the line, with how it ended."""
        if self._told >= 0 and sys.stdout.isatty():
            sys.stdout.write("\n")
        if how:
            _say(f"{self.shown}: {how}")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
