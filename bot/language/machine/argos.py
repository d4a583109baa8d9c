"""Argos Translate: one package loaded, translating. The only home of its libraries."""

import importlib.util
import os
import sys
import tempfile
import time
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.machinery import ModuleSpec
from itertools import groupby
from pathlib import Path
from typing import Any, NoReturn

import ctranslate2

from bot.language.machine.engine import PackageFailedError, TooSlowError
from bot.language.machine.sentences import has_letters, split_sentences

# Sentences of one text are translated side by side, on so many cores.
CORES = min(4, os.cpu_count() or 1)
_BATCH_PIECES = 256
_AT_ONCE = 8  # sentences; between two such lots it can be seen that time is over
_LEVELS = {"debug", "info", "warning", "error"}
_FOREIGN = ("ARGOS_", "XDG_", "SNAP")


class Model:
    """One package, in memory."""

    def __init__(self, folder: Path) -> None:
        self._argos = load_argos()
        try:
            self._package = self._argos.package.Package(folder)
            self._translator = ctranslate2.Translator(
                str(folder / "model"),
                device="cpu",
                inter_threads=CORES,
                # More would wait for each other in a loop, and take the cores of
                # whoever else works on this machine.
                intra_threads=1,
            )
            # Loads the pieces of words now, under the lock of whoever loads us.
            self._package.tokenizer.encode("a")
        except Exception as error:
            raise PackageFailedError from error

    def translate(self, text: str, deadline: float) -> str:
        """The text's translation, paragraph by paragraph; see engine.py."""
        return "\n".join(self._paragraph(one, deadline) for one in text.split("\n"))

    def _paragraph(self, text: str, deadline: float) -> str:
        sentences = split_sentences(text, self._package.from_code)
        parts: list[str] = []
        for to_translate, group in groupby(sentences, has_letters):
            for some in _by(_AT_ONCE, list(group)):
                if time.monotonic() > deadline:
                    raise TooSlowError
                parts += [self._sentences(some)] if to_translate else some
        return " ".join(parts)

    def _sentences(self, sentences: Sequence[str]) -> str:
        apply = self._argos.translate.apply_packaged_translation
        given = _Given(sentences)
        try:
            found = apply(self._package, "", self._translator, given, num_hypotheses=1)
            return str(found[0].value).strip()
        except Exception as error:
            raise PackageFailedError from error


def _by(most: int, items: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(items), most):
        yield list(items[start : start + most])


class _Given:
    """Hands Argos the sentences that we have split; it need not split any itself."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self._sentences = list(sentences)

    def split_sentences(self, _text: str) -> list[str]:
        return self._sentences


@cache
def load_argos() -> Any:
    """The library, without what it would fetch, write or tell.

    Its sentence splitters (stanza, minisbd) are left out of the installation and
    replaced by nothing: they would ask the network for a model at first use.
    """
    for name, has in (("stanza", {}), ("minisbd", _MINISBD)):
        _leave_out(name, has)
    with _nowhere_to_write():
        import argostranslate.settings
        import argostranslate.translate
    argostranslate.settings.batch_size = _BATCH_PIECES
    _silence()
    return argostranslate


_MINISBD = {"SBDetect": None, "models": types.SimpleNamespace(cache_dir=None)}


def _silence() -> None:
    """It logs the words that it translates, at a level that is often shown.

    A logger that is switched off can be switched on by whoever sets up logging later.
    """
    for name, module in list(sys.modules.items()):
        if name.startswith("argostranslate"):
            for level in _LEVELS & vars(module).keys():
                setattr(module, level, _say_nothing)


def _say_nothing(*_words: object) -> None:
    """What they say is the person's."""


def _leave_out(name: str, has: dict[str, Any]) -> None:
    if name in sys.modules or importlib.util.find_spec(name) is not None:
        return

    def lacking(attribute: str) -> NoReturn:
        raise AttributeError(f"{name}.{attribute} is left out of this installation")

    module = types.ModuleType(name)
    module.__spec__ = ModuleSpec(name, None)
    module.__dict__.update({"__getattr__": lacking, **has})
    sys.modules[name] = module


@contextmanager
def _nowhere_to_write() -> Iterator[None]:
    """Its import makes folders in the home folder and reads settings there."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(_FOREIGN):
            del os.environ[name]
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("DATA", "CONFIG", "CACHE"):
            os.environ[f"XDG_{kind}_HOME"] = folder
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)
