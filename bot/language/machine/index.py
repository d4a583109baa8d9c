"""The index of packages that can be had, and how one of them is fetched."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from bot.errors import PasserelleError
from bot.language.machine.codes import own_tag
from bot.language.machine.packages import folder_name, order_of, read_metadata
from bot.language.machine.unpack import MOST_BYTES

MOST_INDEX_BYTES = 5 * 1024**2
_CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes (\d+)-\d+/(?:\d+|\*)")
Progress = Callable[[int, int], None]  # bytes so far, and of all (0: unknown)


class IndexAwayError(PasserelleError):
    """The index cannot be had, or is none."""

    sentence = "The index of packages does not answer."


class DownloadError(PasserelleError):
    """A package could not be fetched; what came so far is kept for the next try."""

    sentence = "The download did not work."


@dataclass(frozen=True, slots=True)
class Offer:
    """One package of the index; languages by our tags."""

    source: str
    target: str
    version: str
    name: str  # of its file, which also names the version
    links: tuple[str, ...]

    @property
    def direction(self) -> tuple[str, str]:
        return self.source, self.target


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait: for the next bytes, and for a whole answer."""

    silence_seconds: float = 20.0
    index_seconds: float = 60.0


def read_index(address: str, patience: Patience) -> dict[tuple[str, str], Offer]:
    """The newest package of each direction that the index offers.

    Raises:
        IndexAwayError: it does not answer in time, or is no index.
    """
    url = f"{address.rstrip('/')}/index.json"
    try:
        with _open(url, {}, patience) as answer:
            rows = json.loads(_read_all(answer, patience.index_seconds))
    except (OSError, HTTPException, TimeoutError) as error:
        raise IndexAwayError(
            f"The index of packages at {url} does not answer ({_why(error)}). Nothing"
            " was changed; `passerelle languages import FILE` needs no network."
        ) from None
    except (ValueError, RecursionError):
        raise IndexAwayError(f"What {url} answers is no index of packages.") from None
    if not isinstance(rows, list):
        raise IndexAwayError(f"What {url} answers is no index of packages.")
    return _newest(filter(None, map(_offer, rows)))


def fetch(offer: Offer, folder: Path, patience: Patience, progress: Progress) -> Path:
    """The offer's file, whole, in this folder; it goes on where it once broke off.

    Raises:
        DownloadError: no link gave it.
    """
    whole = folder / offer.name
    if whole.exists():
        return whole
    part = folder / f"{offer.name}.part"
    troubles = []
    for link in offer.links:
        try:
            _download(link, part, patience, progress)
        except (OSError, HTTPException, ValueError) as error:
            troubles.append(f"{urlsplit(link).hostname}: {_why(error)}")
            continue
        part.rename(whole)
        _mark_of(part).unlink(missing_ok=True)
        return whole
    reasons = "; ".join(troubles) or "the index names no usable link"
    raise DownloadError(f"{offer.name} could not be fetched ({reasons}).")


def _newest(offers: Iterable[Offer]) -> dict[tuple[str, str], Offer]:
    found: dict[tuple[str, str], Offer] = {}
    for offer in offers:
        held = found.get(offer.direction)
        if held is None or order_of(offer.version) > order_of(held.version):
            found[offer.direction] = offer
    return found


def _offer(row: Any) -> Offer | None:
    """A row of the index, if it is a package that we can use."""
    try:
        source, target, version = read_metadata(json.dumps(row))
        links = row["links"] if isinstance(row["links"], list) else []
    except (ValueError, TypeError, KeyError):
        return None
    return Offer(
        source=own_tag(source),
        target=own_tag(target),
        version=version,
        name=f"{folder_name(source, target, version)}.argosmodel",
        links=tuple(link for link in links if _is_web(link)),
    )


def _is_web(link: Any) -> bool:
    try:
        parts = urlsplit(str(link))
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _download(link: str, part: Path, patience: Patience, progress: Progress) -> None:
    """Fetch the rest of a file, or all of it if what is there is of another one."""
    have = part.stat().st_size if part.exists() else 0
    mark = _mark_of(part)
    headers = {}
    if have and mark.exists():
        headers = {"Range": f"bytes={have}-", "If-Range": mark.read_text("ascii")}
    with _open_again(link, headers, patience) as answer:
        start = _start_of(answer, have)
        whole = start + int(answer.headers.get("Content-Length") or 0)
        if whole > MOST_BYTES:
            raise ValueError("larger than any package")
        _remember(answer, mark)
        with part.open("ab" if start else "wb") as file:
            while chunk := answer.read(_CHUNK):
                file.write(chunk)
                if file.tell() > MOST_BYTES:
                    raise ValueError("larger than any package")
                progress(file.tell(), whole)
            if answer.headers.get("Content-Length") and file.tell() < whole:
                raise ValueError("it broke off")


def _open_again(
    link: str, headers: Mapping[str, str], patience: Patience
) -> HTTPResponse:
    """The rest of a file; all of it where the server has no such rest."""
    try:
        return _open(link, headers, patience)
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise
        error.close()
    return _open(link, {}, patience)


def _start_of(answer: HTTPResponse, have: int) -> int:
    """Where the bytes that come belong: at the end of what we have, or at zero."""
    if answer.status != HTTPStatus.PARTIAL_CONTENT:
        return 0
    found = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
    if found is None or int(found[1]) != have:
        raise ValueError("it sent another part than was asked for")
    return have


def _remember(answer: HTTPResponse, mark: Path) -> None:
    """Keep what names this very file at the server, so that parts of two never mix."""
    named = answer.headers.get("ETag", "")
    if not named or named.startswith("W/"):
        named = answer.headers.get("Last-Modified", "")
    if named.isascii() and named:
        mark.write_text(named, encoding="ascii")
    else:
        mark.unlink(missing_ok=True)


def _mark_of(part: Path) -> Path:
    return part.with_suffix(".mark")


def _read_all(answer: HTTPResponse, seconds: float) -> bytes:
    """The whole body, in time: a server may send one byte after the other."""
    deadline, body = time.monotonic() + seconds, b""
    while chunk := answer.read1(_CHUNK):
        body += chunk
        if len(body) > MOST_INDEX_BYTES:
            raise ValueError("too large")
        if time.monotonic() > deadline:
            raise TimeoutError("too slow")
    return body


def _open(url: str, headers: Mapping[str, str], patience: Patience) -> HTTPResponse:
    """An answer of status 200 or 206; nothing but http and https is ever opened."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    request = urllib.request.Request(url, headers=dict(headers))  # noqa: S310 (_is_web)
    answer = opener.open(request, timeout=patience.silence_seconds)
    return cast(HTTPResponse, answer)


def _why(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"HTTP {error.code}"
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    return str(getattr(reason, "strerror", None) or reason)
