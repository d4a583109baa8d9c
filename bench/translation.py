"""`make translation`: what translating takes, of time and of memory."""

import asyncio
import gc
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles
from types import SimpleNamespace
from typing import Any

import ctranslate2
import pyrage
from argostranslate.package import Package

from bench.large_package import Short, make_large_packages
from bench.processes import VAR, memory_megabytes, running
from bench.table import Row, table
from bot.language.machine import argos
from bot.language.machine.argos import CORES, Model
from bot.language.machine.bridge import Bridge
from bot.language.machine.client import TranslatorClient
from bot.sockets import is_listening
from tests.package_index import install_all, sentence_pairs

RESULT = VAR / "translation.json"
# The targets.
OVERHEAD, AFTER_IDLE = 1.1, 1.5
ROUNDS, LARGE_ROUNDS, KEPT = 200, 40, 6
DIRECTIONS = [("fr", "en"), ("en", "ar"), ("ar", "en"), ("en", "fr")]
MORE = [("en", "uk"), ("uk", "en"), ("en", "sq"), ("sq", "en")]
HEAD = ("Passerelle", "CTranslate2")


def main() -> int:
    """Print the table, whatever it says, and keep it as JSON."""
    VAR.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as made:
        tiny = install_all(Path(made) / "data" / "languages")
        rows = [*_tiny(tiny), *_process(tiny.parent)]
    rows += _large(make_large_packages([*DIRECTIONS, *MORE]))
    print(table(rows, HEAD))
    print(f"\n{os.cpu_count()} cores, load {load:.1f} before the start.")
    kept = {"load_before": load, "rows": [row.as_json() for row in rows]}
    RESULT.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
    return 0


def _tiny(folder: Path) -> Iterator[Row]:
    texts = [text for text, _ in sentence_pairs("fr", "en")]
    bridge = Bridge(folder, Model, KEPT)
    ours, direct = _side_by_side(bridge, folder, texts, ROUNDS)
    yield _times("tiny package, one sentence", ours, direct, None)
    pivoted = list(_timed(bridge, "fr", "ar", texts[:ROUNDS]))
    yield _times("tiny packages, through English", pivoted, [], None)


def _large(folder: Path) -> Iterator[Row]:
    """Public size, random weights: see large_package.py."""
    argos.ctranslate2 = SimpleNamespace(Translator=Short)  # type: ignore[attr-defined]
    texts = [text for text, _ in sentence_pairs("fr", "en") if 35 < len(text) < 50]
    bridge = Bridge(folder, Model, KEPT)
    before = _own_megabytes()
    began = time.monotonic()
    _ask(bridge, "fr", "en", texts[0])
    first = time.monotonic() - began
    one = _own_megabytes()
    for pair in DIRECTIONS:
        _ask(bridge, *pair, texts[0])
    each = (_own_megabytes() - one) / (len(DIRECTIONS) - 1)
    ours, direct = _side_by_side(bridge, folder, texts, LARGE_ROUNDS, Short)
    yield _times("public size, one sentence", ours, direct, OVERHEAD)
    pivoted = list(_timed(bridge, "fr", "ar", texts[:LARGE_ROUNDS]))
    yield _times("public size, through English", pivoted, [], None)
    yield _memory("memory of the first loaded pair", one - before)
    yield _memory("memory of each further pair", each)
    for pair in (*DIRECTIONS, *MORE):
        _ask(bridge, *pair, texts[0])
    gc.collect()
    held = _own_megabytes() - before
    yield _memory(
        f"memory with {len(MORE) + len(DIRECTIONS)} used, {bridge.warm} kept", held
    )
    yield _seconds("first sentence of a pair, loaded", first)
    yield _seconds("after idle, from the disk", _after_idle(folder, "en", texts[0]))
    yield _seconds("after idle, through English", _after_idle(folder, "ar", texts[0]))


def _after_idle(folder: Path, target: str, text: str) -> float:
    """A pair that nobody used for so long that not even the system remembers it."""
    took = []
    for _ in range(5):
        bridge = Bridge(folder, Model, KEPT)
        bridge.ways()
        for path in folder.rglob("*"):
            if path.is_file():
                _forget(path)
        began = time.monotonic()
        _ask(bridge, "fr", target, text)
        took.append(time.monotonic() - began)
    return max(took)


def _forget(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _side_by_side(
    bridge: Bridge,
    folder: Path,
    texts: Sequence[str],
    rounds: int,
    translator: Callable[..., Any] = ctranslate2.Translator,
) -> tuple[list[float], list[float]]:
    """Each sentence by us and by CTranslate2 called directly, in turn."""
    package = Package(folder / "translate-fr_en-1_0")
    model = translator(
        str(package.package_path / "model"), inter_threads=CORES, intra_threads=1
    )
    options = {"beam_size": 4, "length_penalty": 0.2, "replace_unknowns": True}

    def directly(text: str) -> None:
        tokens = package.tokenizer.encode(text)
        found = model.translate_batch([tokens], return_scores=True, **options)
        package.tokenizer.decode(found[0].hypotheses[0])

    ours, direct = [], []
    for number in range(rounds + 5):
        text = texts[number % len(texts)]
        pair = ((ours, lambda t: _ask(bridge, "fr", "en", t)), (direct, directly))
        for times, call in pair if number % 2 else reversed(pair):
            began = time.perf_counter()
            call(text)
            times.append(time.perf_counter() - began)
    return ours[5:], direct[5:]


def _timed(
    bridge: Bridge, source: str, target: str, texts: Sequence[str]
) -> Iterator[float]:
    for text in texts:
        began = time.perf_counter()
        _ask(bridge, source, target, text)
        yield time.perf_counter() - began


def _ask(bridge: Bridge, source: str, target: str, text: str) -> None:
    bridge.translate(text, source, target, time.monotonic() + 60)


def _process(data: Path) -> list[Row]:
    """The whole way, as the desk goes it, and what the process takes at rest."""
    program = shutil.which("passerelle", path=str(Path(os.sys.executable).parent))
    socket, log = data / "translator.sock", VAR / "translator.log"
    environment = {"PASSERELLE_DATA": str(data)}
    command = (str(program), "translator")
    with running(command, folder=data, log=log, environment=environment) as process:
        while not is_listening(socket):
            time.sleep(0.05)
        rest = memory_megabytes(process.pid)
        texts = [text for text, _ in sentence_pairs("fr", "en")][:ROUNDS]
        times = asyncio.run(_whole_way(TranslatorClient(socket), texts))
        return [
            _times("tiny package, sealed and passed on", times, [], None),
            _memory("memory of the process at rest", rest),
        ]


async def _whole_way(client: TranslatorClient, texts: Sequence[str]) -> list[float]:
    told = await client.pairs()
    recipient = pyrage.x25519.Recipient.from_str(told["recipient"] if told else "")
    times = []
    for text in texts:
        began = time.perf_counter()
        mine = pyrage.x25519.Identity.generate()
        wish = {"text": text, "source": "fr", "target": "en"}
        body = json.dumps({**wish, "answer_to": str(mine.to_public())}).encode()
        answer = await client.pass_on(bytes(pyrage.encrypt(body, [recipient])))
        json.loads(pyrage.decrypt(answer or b"", [mine]))
        times.append(time.perf_counter() - began)
    return times[5:]


def _own_megabytes() -> float:
    return memory_megabytes(os.getpid())


def _times(
    what: str, ours: Sequence[float], direct: Sequence[float], target: float | None
) -> Row:
    """Median and 95th percentile; the figure compares the medians of pairs."""
    if not direct:
        return Row(what, _spread(ours), "", median(ours) * 1000, " ms")
    ratio = median(a / b for a, b in zip(ours, direct, strict=True))
    return Row(what, _spread(ours), _spread(direct), ratio, target=target)


def _spread(times: Sequence[float]) -> str:
    late = quantiles(times, n=20)[-1]
    return f"{median(times) * 1000:.1f} ms (p95 {late * 1000:.1f})"


def _memory(what: str, megabytes: float) -> Row:
    return Row(what, f"{megabytes:.0f} MB", "", megabytes, " MB")


def _seconds(what: str, seconds: float) -> Row:
    shown = f"{seconds:.2f} s"
    return Row(what, shown, "", seconds, " s", target=AFTER_IDLE)


if __name__ == "__main__":
    raise SystemExit(main())
