"""An index of translation packages on loopback, and packages made wrong on purpose."""

import hashlib
import json
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bot.language.machine.unpack import unpacked

PACKS = Path(__file__).resolve().parent / "packs"
SENTENCES = PACKS / "sentences.tsv"
COLUMNS = ("fr", "en", "ar")
ALL_PAIRS = (("fr", "en"), ("en", "fr"), ("en", "ar"), ("ar", "en"))
Answer = Callable[["Asked"], None]


def pack(source: str, target: str, version: str = "1.0") -> Path:
    """The tiny package of this direction."""
    return PACKS / f"translate-{source}_{target}-{version.replace('.', '_')}.argosmodel"


def sentence_pairs(source: str, target: str) -> list[tuple[str, str]]:
    """What the tiny package of this direction has learnt."""
    rows = [line.split("\t") for line in SENTENCES.read_text("utf-8").splitlines()]
    one, other = COLUMNS.index(source), COLUMNS.index(target)
    return [(row[one], row[other]) for row in rows]


def install_all(folder: Path) -> Path:
    """The folder with all the tiny packages in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for pair in ALL_PAIRS:
        archive = pack(*pair)
        with unpacked(archive, folder) as (root, _):
            root.rename(folder / archive.stem)
    return folder


def remake(
    source: Path,
    target: Path,
    *,
    metadata: Mapping[str, Any] | None = None,
    more: Mapping[str, bytes] | None = None,
    without: tuple[str, ...] = (),
) -> Path:
    """A copy of a package with other metadata, more files or fewer.

    Args:
        more: by their whole names; without a slash, they lie in the package's folder.
    """
    with zipfile.ZipFile(source) as opened, zipfile.ZipFile(target, "w") as made:
        root = opened.namelist()[0].split("/")[0]
        for name in opened.namelist():
            inside = name.split("/", 1)[1]
            if inside in without:
                continue
            held = opened.read(name)
            if inside == "metadata.json":
                held = json.dumps(json.loads(held) | dict(metadata or {})).encode()
            made.writestr(name, held)
        for name, held in (more or {}).items():
            made.writestr(name if "/" in name else f"{root}/{name}", held)
    return target


def pin(pins: Path, *files: Path) -> None:
    """Vouch for these files, as an operator does."""
    pins.parent.mkdir(parents=True, exist_ok=True)
    with pins.open("a") as file:
        for path in files:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            file.write(f"{digest}  {path.name}\n")


@dataclass
class Asked:
    """One request as the server sees it, and the ways to answer it."""

    handler: BaseHTTPRequestHandler

    @property
    def range(self) -> str | None:
        return self.handler.headers.get("Range")

    def says(self, body: bytes, status: int = 200, **headers: str) -> None:
        handler = self.handler
        handler.send_response(status)
        headers.setdefault("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)


@dataclass
class PackageIndex:
    """What the server offers; tests change it as they go."""

    address: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    ways: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def offer(self, path: Path, answer: Answer | None = None, **row: Any) -> None:
        """Put a package file on the index, with another way to send it if given."""
        with zipfile.ZipFile(path) as opened:
            name = next(n for n in opened.namelist() if n.endswith("/metadata.json"))
            told = json.loads(opened.read(name))
        code = f"translate-{told['from_code']}_{told['to_code']}"
        links = [f"{self.address}{path.name}"]
        self.rows.append({**told, "links": links, "code": code, **row})
        self.ways[f"/{path.name}"] = answer or sends(path.read_bytes())


def sends(body: bytes, etag: str = '"one"') -> Answer:
    """Answers with these bytes, or with the part of them that is asked for."""

    def answer(asked: Asked) -> None:
        wanted = asked.handler.headers
        if asked.range is None or wanted.get("If-Range") not in (None, etag):
            asked.says(body, ETag=etag)
            return
        start = int(asked.range.removeprefix("bytes=").rstrip("-"))
        if start >= len(body):
            asked.says(b"", 416)
            return
        shown = f"bytes {start}-{len(body) - 1}/{len(body)}"
        asked.says(body[start:], 206, ETag=etag, Content_Range=shown)

    return answer


def breaks_off(body: bytes, after: int, etag: str = '"one"') -> Answer:
    """Announces all, sends a part and hangs up; what is left can be asked for."""
    whole = sends(body, etag)

    def answer(asked: Asked) -> None:
        if asked.range is not None:
            whole(asked)
            return
        asked.says(body[:after], Content_Length=str(len(body)), ETag=etag)

    return answer


def fails(status: int) -> Answer:
    """Answers with an error."""
    return lambda asked: asked.says(b"", status)


@contextmanager
def package_index() -> Iterator[PackageIndex]:
    """A server that lives as long as its test."""
    index: PackageIndex

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            index.asked.append((self.path, self.headers.get("Range")))
            asked = Asked(self)
            if self.path in index.ways:
                index.ways[self.path](asked)
            elif self.path == "/index.json":
                asked.says(json.dumps(index.rows).encode())
            else:
                asked.says(b"", 404)

        def log_message(self, *_: object) -> None:
            """The tests say what happened."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        index = PackageIndex(f"http://127.0.0.1:{server.server_port}/")
        serve = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        serve.start()
        try:
            yield index
        finally:
            server.shutdown()
