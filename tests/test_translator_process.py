"""The translator as it really runs: sealed in, sealed out, confined, disposable."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage
import pytest

from bot.commands.translator import translator_environment
from bot.language.machine.client import TranslatorClient
from bot.sockets import is_listening
from tests.package_index import pack, pin

ROOT = Path(__file__).resolve().parent.parent
PASSERELLE = Path(sys.executable).parent / "passerelle"
PATIENCE_SECONDS = 20.0
ASK = ("Où puis-je dormir cette nuit ?", "fr", "en")
SAID = "Where can I sleep tonight?"


@dataclass
class Running:
    """A translator process and the desk's way to it."""

    data: Path
    process: subprocess.Popen[bytes]

    @property
    def socket(self) -> Path:
        return self.data / "translator.sock"

    @property
    def log(self) -> str:
        return (self.data / "translator.log").read_text()

    def pairs(self) -> Mapping[str, Any] | None:
        return asyncio.run(TranslatorClient(self.socket).pairs())

    def pass_on(self, blob: bytes) -> bytes | None:
        return asyncio.run(TranslatorClient(self.socket).pass_on(blob))

    def ask(self, text: str, source: str, target: str) -> Mapping[str, Any] | None:
        """As the desk's page asks: seal, pass on, open."""
        told = self.pairs()
        assert told is not None
        mine = pyrage.x25519.Identity.generate()
        answer = self.pass_on(wish(told["recipient"], mine, text, source, target))
        return None if answer is None else json.loads(pyrage.decrypt(answer, [mine]))


def wish(
    recipient: str,
    mine: pyrage.x25519.Identity,
    text: str,
    source: str = "fr",
    target: str = "en",
) -> bytes:
    told = {"text": text, "source": source, "target": target}
    body = json.dumps({**told, "answer_to": str(mine.to_public())}).encode()
    return bytes(pyrage.encrypt(body, [pyrage.x25519.Recipient.from_str(recipient)]))


@contextmanager
def translator(
    data: Path, command: list[Any] | None = None, **settings: str
) -> Iterator[Running]:
    environment = translator_environment(os.environ) | settings
    environment["PASSERELLE_DATA"] = str(data)
    with (data / "translator.log").open("wb") as log:
        process = subprocess.Popen(
            command or [PASSERELLE, "translator"],
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
    running = Running(data, process)
    try:
        wait(lambda: is_listening(running.socket) or process.poll() is not None)
        yield running
    finally:
        process.kill()
        process.wait()


def wait(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, all_packages: Path) -> Path:
    folder = tmp_path_factory.mktemp("translator")
    shutil.copytree(all_packages, folder / "languages")
    return folder


@pytest.fixture(scope="module")
def running(data: Path) -> Iterator[Running]:
    with translator(data) as found:
        yield found


def test_sealed_words_come_back_sealed(running):
    assert running.ask(*ASK) == {
        "text": SAID,
        "engine": "Argos Translate",
        "failed": None,
        "from": "fr",
        "to": "en",
        "via": [],
    }


def test_both_scripts_cross_through_english(running):
    there = running.ask("J'ai peur.", "fr", "ar")
    assert there == {
        "text": "أنا خائف.",
        "engine": "Argos Translate",
        "failed": None,
        "from": "fr",
        "to": "ar",
        "via": ["en"],
    }
    back = running.ask("أين أنام الليلة؟", "ar", "fr")
    assert back is not None
    assert back["text"] == "Où puis-je dormir cette nuit ?"


def test_the_directions_are_told(running):
    told = running.pairs()
    assert told["engine"] == "Argos Translate"
    assert re.fullmatch("age1[0-9a-z]{58}", told["recipient"])
    assert {(way["from"], way["to"]) for way in told["directions"]} == {
        *[("fr", "en"), ("en", "fr"), ("en", "ar"), ("ar", "en")],
        *[("fr", "ar"), ("ar", "fr")],
    }


def test_no_package_is_an_answer(running):
    answer = running.ask("Вітаю.", "uk", "fr")
    assert (answer["text"], answer["failed"]) == (None, "absent")


def test_only_the_asker_can_open_the_answer(running):
    mine = pyrage.x25519.Identity.generate()
    answer = running.pass_on(wish(running.pairs()["recipient"], mine, ASK[0]))
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(answer, [pyrage.x25519.Identity.generate()])
    assert SAID.encode() not in answer


@pytest.mark.parametrize("body", [b"", b"words in the clear", b"x" * 20_000])
def test_what_is_not_sealed_is_refused(running, body):
    assert running.pass_on(body) is None


def test_what_is_sealed_and_no_wish_is_refused(running):
    recipient = pyrage.x25519.Recipient.from_str(running.pairs()["recipient"])
    fit = {"text": "a", "source": "fr", "target": "en", "answer_to": "age1nobody"}
    for body in (
        *(b"", b"[]", b"[" * 5000, b'{"text": 1}', b"\xff"),
        json.dumps(fit).encode(),
        json.dumps({**fit, "text": "a" * 5000}).encode(),
        json.dumps({**fit, "text": " "}).encode(),
    ):
        assert running.pass_on(bytes(pyrage.encrypt(body, [recipient]))) is None


def test_what_was_sealed_to_an_earlier_start_stays_shut(running):
    mine = pyrage.x25519.Identity.generate()
    earlier = str(pyrage.x25519.Identity.generate().to_public())
    assert running.pass_on(wish(earlier, mine, ASK[0])) is None


def test_the_socket_is_for_its_owner_only(running):
    assert running.socket.stat().st_mode & 0o177 == 0


@pytest.mark.promise(13)
def test_nothing_that_was_written_is_logged_or_kept(running, data):
    words = "Ne dites rien à ma famille."
    assert running.ask(words, "fr", "en")["text"]
    assert "famille" not in running.log
    assert "family" not in running.log
    for path in data.rglob("*"):
        if path.is_file() and "languages" not in path.parts:
            assert b"famille" not in path.read_bytes(), path


def test_it_is_given_no_secret():
    given = {
        "PASSERELLE_SECRET": "s",
        "TELEGRAM_BOT_TOKEN": "t",
        "DATABASE_URL": "d",
        "PASSERELLE_DATA": "here",
        "PASSERELLE_TRANSLATOR_PAIRS": "3",
        "PATH": "/bin",
    }
    assert translator_environment(given) == {
        "PASSERELLE_DATA": "here",
        "PASSERELLE_TRANSLATOR_PAIRS": "3",
        "PATH": "/bin",
    }


def test_killed_it_is_missed_by_none_and_comes_back(data, tmp_path):
    """kill -9: the desk gets None at once; a new start answers under a new key."""
    folder = shutil.copytree(data / "languages", tmp_path / "languages").parent
    with translator(folder) as first:
        recipient = first.pairs()["recipient"]
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
        began = time.monotonic()
        assert first.pairs() is None
        assert first.pass_on(b"anything") is None
        assert time.monotonic() - began < 0.5
    with translator(folder) as second:
        assert second.pairs()["recipient"] != recipient
        assert second.ask(*ASK)["text"] == SAID


def test_a_hung_translator_holds_nobody_up(data, tmp_path, monkeypatch):
    folder = shutil.copytree(data / "languages", tmp_path / "languages").parent
    with translator(folder) as running:
        running.process.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        assert running.pass_on(b"anything") is None
        assert time.monotonic() - began < 4


def test_an_installation_is_noticed_while_it_runs(tmp_path):
    """By `passerelle languages` in another process, as an operator does it."""

    def languages(*words: object) -> str:
        command = [PASSERELLE, "languages", *words]
        env = {**os.environ, "PASSERELLE_DATA": str(tmp_path)}
        done = subprocess.run(
            command, env=env, cwd=ROOT, capture_output=True, text=True
        )
        return done.stdout

    with translator(tmp_path) as running:
        assert running.pairs()["directions"] == []
        assert running.ask(*ASK)["failed"] == "absent"
        pin(tmp_path / "languages" / "pins.txt", pack("fr", "en"))
        assert "installed" in languages("import", pack("fr", "en"))
        assert running.ask(*ASK)["text"] == SAID
        assert "removed" in languages("remove", "fr")
        assert running.ask(*ASK)["failed"] == "absent"


def test_a_house_without_packages_is_small(tmp_path):
    with translator(tmp_path) as running:
        assert running.pairs()["directions"] == []
        pages = Path(f"/proc/{running.process.pid}/statm").read_text().split()[1]
        assert int(pages) * os.sysconf("SC_PAGE_SIZE") < 100e6


def test_two_do_not_share_a_socket(running, data):
    with translator(data) as second:
        second.process.wait(10)
        assert "already" in second.log
    assert running.ask(*ASK)["text"] == SAID


def test_it_ends_when_it_is_asked_to(tmp_path):
    with translator(tmp_path) as running:
        running.process.terminate()
        assert running.process.wait(5) in (0, -signal.SIGTERM)


def test_a_long_path_is_no_obstacle(tmp_path):
    """A socket's own name has 107 bytes."""
    data = tmp_path / ("folder-" * 12) / ("folder-" * 12)
    data.mkdir(parents=True)
    with translator(data) as running:
        assert running.pairs()["directions"] == []


# A translator whose package is ours: it does what a test wants, in the real process.
HOSTILE = """
import json, sys, time
from bot import translator_process as process
from bot.language.machine import bridge
from bot.settings import read_settings
exec(open("tests/language/machine/test_confine.py").read().split("'''")[1])
bridge.find_fault = lambda *given: None
import socket
sender = socket.socket()

class Package:
    def __init__(self, folder): pass
    def translate(self, text, deadline):
        if text.startswith("sleep"):
            time.sleep(float(text.split()[1]))
            return "woke up"
        return json.dumps(try_all(int(sys.argv[1]), sys.argv[2], sender))

process.Model = Package
if len(sys.argv) > 3:
    process.MOST_WAITING = int(sys.argv[3])
import os
process.serve_translator(read_settings(dict(os.environ)))
"""


@pytest.fixture
def hostile(data, tmp_path):
    """Starts a translator with such a package."""

    @contextmanager
    def start(*words: object) -> Iterator[Running]:
        folder = tmp_path / "house"
        shutil.copytree(data / "languages", folder / "languages")
        (folder / "there").touch()
        command = [sys.executable, "-c", HOSTILE, *map(str, words)]
        with translator(folder, command) as running:
            yield running

    return start


def test_no_way_out_of_the_running_process(hostile, tmp_path):
    """Where texts are translated, in Python and in C, every try ends with EPERM."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        with hostile(server.getsockname()[1], tmp_path / "house") as running:
            answer = running.ask("try", "fr", "en")
            tried = json.loads(answer["text"])
            assert running.ask("try", "fr", "en") is not None, "it goes on answering"
        with pytest.raises(TimeoutError):
            server.accept()
    assert len(tried) > 20
    assert {way: how for way, how in tried.items() if how != "EPERM"} == {}


def test_what_takes_too_long_is_given_up(hostile):
    with hostile(0, "") as running:
        began = time.monotonic()
        answer = running.ask("sleep 6", "fr", "en")
        assert (answer["text"], answer["failed"]) == (None, "slow")
        assert 1.9 < time.monotonic() - began < 3
        assert running.ask("sleep 0", "fr", "en")["text"] == "woke up"


def test_too_many_at_once_are_sent_away(hostile):
    async def ask_all(running: Running) -> list[bytes | None]:
        client = TranslatorClient(running.socket)
        recipient = (await client.pairs())["recipient"]
        mine = pyrage.x25519.Identity.generate()
        blobs = [wish(recipient, mine, "sleep 1") for _ in range(12)]
        return await asyncio.gather(*map(client.pass_on, blobs))

    with hostile(0, "", 4) as running:
        answers = asyncio.run(ask_all(running))
        assert sum(answer is not None for answer in answers) == 4
        time.sleep(2.5)
        assert running.ask("sleep 0", "fr", "en")["text"] == "woke up"
