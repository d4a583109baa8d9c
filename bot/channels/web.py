"""The private web page: one address for everything, nothing left in the browser."""

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from bot.channels.gate import Gate
from bot.channels.headers import SafeHeaders
from bot.channels.page import STATIC, Page, PageWriter, SpokenWords
from bot.intake.conversation import Channel
from bot.intake.ports import Incoming, Kind
from bot.intake.reply import FIXED_TOKENS, Author, Line
from bot.intake.turn import Screen
from bot.store.changes import Changes
from bot.store.outbox import WebOutbox
from bot.wiring import Chat

LARGEST_BODY = 64 * 1024  # bytes
WAIT_SECONDS = 20  # how long a page's question for news is held
ADDRESS = re.compile(r"[A-Za-z0-9_-]{43}")
# Line ends, and the joiners that Persian, Urdu and emoji are written with.
_KEPT = "\n\t\u200c\u200d"
NONCE = re.compile(r"[A-Za-z0-9_-]{8,32}")


@dataclass(frozen=True, slots=True)
class Web:
    """What the handlers of the page work with."""

    chat: Chat
    writer: PageWriter
    outbox: WebOutbox
    changes: Changes
    gate: Gate


@dataclass(frozen=True, slots=True)
class Form:
    """What the page sent: the conversation's secret address, and what was done."""

    address: str
    nonce: str
    do: str
    text: str
    code: str
    seen: int
    language: str
    live: bool  # sent by the script, which shows news by itself


def build_web(
    chat: Chat, *, gate: Gate | None = None, extra_routes: Sequence[Route] = ()
) -> Starlette:
    """The application that persons' browsers meet, and a platform's webhook."""
    web = Web(
        chat=chat,
        writer=PageWriter(chat.words, chat.settings.leave_url),
        outbox=WebOutbox(chat.database, chat.pocket),
        changes=Changes(chat.database),
        gate=gate or Gate(),
    )
    return Starlette(
        routes=[
            *extra_routes,
            Route("/", partial(show_first, web), methods=["GET"]),
            Route("/", partial(take_turn, web), methods=["POST"]),
            Route("/{name:path}", show_file, methods=["GET"]),
        ],
        middleware=[
            Middleware(SafeHeaders, https=chat.settings.production),
            Middleware(GZipMiddleware, minimum_size=400),
        ],
        exception_handlers=dict.fromkeys((404, 405), partial(_not_found, web)),
    )


async def show_first(web: Web, request: Request) -> Response:
    """The first words; nothing is stored until the person does something."""
    language = _wanted_language(web, request)
    return _page(web, web.writer.first(language))


async def show_file(request: Request) -> Response:
    """The page's script, style and icon, and nothing else."""
    path = STATIC.get(request.path_params["name"])
    if path is None:
        return Response("", status_code=404)
    return FileResponse(path)


async def take_turn(web: Web, request: Request) -> Response:
    """One press or one message of the person."""
    language = _wanted_language(web, request)
    body = await _read_body(request)
    if body is None:
        page = web.writer.trouble(language, "error.too_long")
        return _page(web, page, status=413)
    form = _read_form(body, language)
    handler = _HANDLERS.get(form.do, _turn)
    if handler is not _wait and not web.gate.lets_in(form.address):
        page = web.writer.trouble(language, "error.busy", address=form.address)
        return _page(web, page, status=429)
    return await handler(web, form)


async def _turn(web: Web, form: Form) -> Response:
    if form.do == "say" and form.seen:
        await asyncio.to_thread(web.outbox.acknowledge, form.address, form.seen)
    screen = await web.chat.turns.handle(_incoming(form))
    return await _show(web, form, screen)


async def _leave(web: Web, form: Form) -> Response:
    await web.chat.turns.handle(_incoming(form))
    return _page(web, web.writer.left(form.language))


async def _wait(web: Web, form: Form) -> Response:
    """News from the caseworker: at once if there is any, else when it comes."""
    if form.live and form.seen:
        await asyncio.to_thread(web.outbox.acknowledge, form.address, form.seen)
    deadline = asyncio.get_running_loop().time() + (WAIT_SECONDS if form.live else 0)
    while True:
        position = web.changes.position
        page = await _news(web, form)
        left = deadline - asyncio.get_running_loop().time()
        if page.words or page.lines or left <= 0:
            return _page(web, page)
        await web.changes.wait(left, since=position)


async def _news(web: Web, form: Form) -> Page:
    fresh = replace(form, nonce=secrets.token_urlsafe(9))
    incoming = _incoming(fresh)
    store = web.chat.rules.store
    conversation = await asyncio.to_thread(store.load, incoming)
    words = await _words(web, form.address)
    if conversation is None:
        return web.writer.first(form.language)
    news = await asyncio.to_thread(web.outbox.news_waiting, form.address)
    screen = Screen(conversation, [line for _, line in news])
    page = web.writer.screen(screen, address=form.address, words=words)
    return replace(page, seen=max([page.seen, *(number for number, _ in news)]))


async def _come_back(web: Web, form: Form) -> Response:
    """Give the conversation behind a receipt's code to this page."""
    code = re.sub(r"[^0-9A-Z]", "", form.code.upper())
    dashed = "-".join(code[i : i + 4] for i in range(0, len(code), 4))
    store, incoming = web.chat.rules.store, _incoming(form)
    found = web.gate.lets_in("codes") and await asyncio.to_thread(
        store.reattach, incoming, dashed
    )
    if not found:
        page = web.writer.trouble(form.language, "receipt.unknown")
        return _page(web, page)
    return _page(web, await _news(web, form))


_HANDLERS: Mapping[str, Callable[[Web, Form], Awaitable[Response]]] = {
    "wait": _wait,
    "leave": _leave,
    "return": _come_back,
}


async def _show(web: Web, form: Form, screen: Screen) -> Response:
    if screen.erased:
        # A fresh address: the old one leads nowhere any more.
        page = web.writer.screen(screen, address=_new_address(), words=())
        return _page(web, page)
    lines = screen.lines
    if not lines and screen.conversation.case_id is None and screen.stored:
        # Pressed twice, or sent again after a lost answer: show the same screen.
        lines = await asyncio.to_thread(web.outbox.lines_to_show, form.address)
    if screen.conversation.case_id is None:
        page = web.writer.screen(
            replace(screen, lines=lines), address=form.address, words=()
        )
        return _page(web, page)
    words = await _words(web, form.address)
    said = form.text if form.do == "say" and _is_relayed(screen) else ""
    news = await asyncio.to_thread(web.outbox.news_waiting, form.address)
    shown = replace(screen, lines=[*(line for _, line in news), *lines])
    page = web.writer.screen(shown, address=form.address, words=words, said=said)
    seen = max([page.seen, *(number for number, _ in news)])
    return _page(web, replace(page, seen=seen))


def _is_relayed(screen: Screen) -> bool:
    lines: Sequence[Line] = screen.lines
    return screen.conversation.case_id is not None and all(
        line.author is not Author.BOT for line in lines
    )


async def _words(web: Web, address: str) -> list[SpokenWords]:
    rows = await asyncio.to_thread(web.outbox.words_waiting, address)
    return [
        SpokenWords(row.id, row.alias, web.chat.relay.open(row.sealed)) for row in rows
    ]


def _page(web: Web, page: Page, *, status: int = 200) -> HTMLResponse:
    return HTMLResponse(web.writer.write(page), status_code=status)


def _incoming(form: Form) -> Incoming:
    is_text = form.do == "say"
    fixed = form.do in FIXED_TOKENS
    kind = Kind.TEXT if is_text else Kind.COMMAND if fixed else Kind.BUTTON
    return Incoming(
        channel=Channel.WEB,
        address=form.address,
        update_id=f"{form.address}:{form.nonce}",
        kind=kind,
        text=form.text if is_text else form.do,
        language=form.language,
    )


def _read_form(body: bytes, language: str) -> Form:
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        fields = {}
    first = {name: values[0] for name, values in fields.items()}
    address, nonce = first.get("a", ""), first.get("n", "")
    seen = first.get("seen", "")
    return Form(
        address=address if ADDRESS.fullmatch(address) else _new_address(),
        nonce=nonce if NONCE.fullmatch(nonce) else secrets.token_urlsafe(9),
        do=first.get("do", "say")[:64],
        text=_without_controls(first.get("text", "")),
        code=first.get("code", "")[:40],
        seen=int(seen) if seen.isascii() and seen.isdigit() else 0,
        language=first.get("l", "")[:16] or language,
        live=first.get("live") == "1",
    )


def _without_controls(text: str) -> str:
    return "".join(c for c in text if c in _KEPT or c.isprintable())


async def _read_body(request: Request) -> bytes | None:
    """The body, or None as soon as it is larger than any page of ours sends."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            return None
        parts.append(part)
    return b"".join(parts)


def _wanted_language(web: Web, request: Request) -> str:
    wanted = request.headers.get("accept-language", "")[:200]
    tags = ",".join(part.split(";")[0].strip() for part in wanted.split(","))
    return web.chat.rules.choose_language(tags)


def _new_address() -> str:
    return secrets.token_urlsafe(32)


async def _not_found(web: Web, request: Request, _: Exception) -> Response:
    """Any other address shows the first words as well: it tells nothing."""
    return _page(web, web.writer.first(_wanted_language(web, request)), status=404)
