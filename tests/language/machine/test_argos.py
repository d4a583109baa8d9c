"""The real library with real, tiny packages: what it says, and what it must not do."""

import logging
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bot.language.machine.argos import Model, load_argos
from bot.language.machine.engine import PackageFailedError, TooSlowError
from tests.package_index import ALL_PAIRS, PACKS, pack, sentence_pairs

ROOT = Path(__file__).resolve().parents[3]
LATER = 3600.0


def in_an_hour() -> float:
    return time.monotonic() + LATER


@pytest.fixture(scope="module")
def fr_en(packages: Path) -> Model:
    return Model(packages / pack("fr", "en").stem)


@pytest.mark.parametrize(("source", "target"), ALL_PAIRS)
def test_the_tiny_packages_know_their_sentences(packages, source, target):
    model = Model(packages / pack(source, target).stem)
    pairs = sentence_pairs(source, target)
    right = sum(model.translate(a, in_an_hour()) == b for a, b in pairs)
    assert len(pairs) > 200
    assert right >= 0.97 * len(pairs)


def test_the_tiny_packages_are_tiny():
    sizes = [path.stat().st_size for path in PACKS.glob("*.argosmodel")]
    assert len(sizes) == 4
    assert max(sizes) < 300_000


def test_paragraphs_and_what_is_no_word_stay(fr_en):
    text = "Bonjour. 😀\n\n078 055 800\nJe comprends. Merci."
    assert fr_en.translate(text, in_an_hour()) == (
        "Hello. 😀\n\n078 055 800\nI understand. Thank you."
    )


def test_a_long_text_loses_no_end(fr_en):
    """The library drops what is beyond 1,024 pieces and says nothing."""
    text = "J'ai besoin d'aide. " * 150
    assert fr_en.translate(text, in_an_hour()).count("I need help.") == 150


def test_time_that_is_over_ends_the_work(fr_en):
    with pytest.raises(TooSlowError):
        fr_en.translate("Bonjour.", time.monotonic() - 1)


def test_eight_at_once_are_all_right(fr_en):
    pairs = sentence_pairs("fr", "en")[:40]
    wrong: list[str] = []

    def ask() -> None:
        for source, target in pairs:
            if fr_en.translate(source, in_an_hour()) != target:
                wrong.append(source)

    alone: list[str] = []
    ask()
    alone, wrong[:] = list(wrong), []
    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(wrong) == sorted(alone * 8)


@pytest.mark.promise(13)
def test_no_word_is_logged(packages, caplog):
    """It logs every sentence; setting up logging later must not bring that back."""
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).disabled = False
    with caplog.at_level(logging.DEBUG):
        model = Model(packages / pack("fr", "en").stem)
        model.translate("J'ai peur.", in_an_hour())
    assert "peur" not in caplog.text
    assert "afraid" not in caplog.text


def test_it_asks_no_network(packages, monkeypatch):
    """Upstream fetches a sentence splitter at the first translation."""
    asked: list[object] = []

    def refuse(*words: object, **_: object) -> None:
        asked.append(words)
        raise OSError("no network here")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    model = Model(packages / pack("en", "ar").stem)
    assert model.translate("Hello.", in_an_hour()) == "مرحبا."
    assert asked == []


def test_it_writes_nothing_into_the_home_folder(packages, tmp_path):
    code = (
        "import sys, time; from pathlib import Path;"
        "from bot.language.machine.argos import Model;"
        "print(Model(Path(sys.argv[1])).translate('Bonjour.', time.monotonic() + 60))"
    )
    home = {
        "HOME": str(tmp_path),
        "ARGOS_DEVICE_TYPE": "cuda",
        "PATH": os.environ["PATH"],
    }
    command = [sys.executable, "-c", code, packages / pack("fr", "en").stem]
    done = subprocess.run(command, cwd=ROOT, env=home, capture_output=True, check=True)
    assert done.stdout == b"Hello.\n"
    assert list(tmp_path.rglob("*")) == []


def test_what_splits_sentences_upstream_is_left_out():
    load_argos()
    assert sys.modules["stanza"].__spec__ is not None
    with pytest.raises(AttributeError, match="left out"):
        _ = sys.modules["stanza"].Pipeline


def test_older_packages_have_what_they_need():
    """Some public packages bring Moses and BPE in place of sentencepiece."""
    from argostranslate.apply_bpe import BPE
    from sacremoses import MosesDetokenizer, MosesTokenizer

    words = MosesTokenizer("es").tokenize("¿Dónde duermo?")
    assert MosesDetokenizer("es").detokenize(words) == "¿Dónde duermo?"
    assert BPE is not None


def test_a_package_that_is_none_is_told(tmp_path):
    with pytest.raises(PackageFailedError):
        Model(tmp_path)
