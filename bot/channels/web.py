"""The private web page: one address for everything, nothing left in the browser."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from bot.channels.bodies import read_body
from bot.channels.form import (
    LARGEST_BODY,
    Form,
    new_address,
    new_nonce,
    read_form,
)
from bot.channels.gate import Gate
from bot.channels.headers import SafeHeaders
from bot.channels.info import InfoPage
from bot.channels.page import STATIC, Page, PageWriter, SpokenWords
from bot.channels.spoken import read_spoken
from bot.channels.ways_in import WaysIn, region_named_by
from bot.errors import PasserelleError
from bot.intake.conversation import Channel
from bot.intake.reply import Author, Line
from bot.intake.turn import Screen
from bot.outreach.links import read_code
from bot.store.changes import Changes
from bot.store.links import LiveLink
from bot.store.outbox import WebOutbox
from bot.wiring import Chat

WAIT_SECONDS = 20  # how long a page's question for news is held
_CODES = "codes"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Web:
    """What the handlers of the page work with."""

    chat: Chat
    writer: PageWriter
    outbox: WebOutbox
    changes: Changes
    gate: Gate
    ways_in: WaysIn


def build_web(
    chat: Chat,
    *,
    gate: Gate | None = None,
    ways_in: WaysIn | None = None,
    extra_routes: Sequence[Route] = (),
) -> Starlette:
    """The application that persons' browsers meet, and a platform's webhook."""
    web = Web(
        chat=chat,
        writer=PageWriter(chat.words, chat.settings.leave_url, chat.rules.clock),
        outbox=WebOutbox(chat.database, chat.pocket),
        changes=Changes(chat.database),
        gate=gate or Gate(),
        ways_in=ways_in or WaysIn(chat.database, chat.rules.clock),
    )
    info = InfoPage(chat.words, chat.rules.clock)
    return Starlette(
        routes=[
            *extra_routes,
            Route("/", partial(show_first, web), methods=["GET"]),
            Route("/", partial(take_turn, web), methods=["POST"]),
            Route("/info", info.show, methods=["GET"]),
            Route("/{name:path}", partial(show_named, web), methods=["GET"]),
        ],
        middleware=[
            Middleware(SafeHeaders, https=chat.settings.production),
            Middleware(GZipMiddleware, minimum_size=400, compresslevel=5),
        ],
        exception_handlers=dict.fromkeys((404, 405), partial(_not_found, web)),
    )


async def show_first(web: Web, request: Request) -> Response:
    """The first words; nothing is stored until the person does something."""
    language = _wanted_language(web, request)
    return _page(web, web.writer.first(language))


async def show_named(web: Web, request: Request) -> Response:
    """The page's script, style and icon; else what a link leads to."""
    name = request.path_params["name"]
    if name in STATIC:
        return FileResponse(STATIC[name])
    code = read_code(name.removesuffix("/"))
    if code is None:
        raise HTTPException(404)
    return await _open_link(web, request, code)


async def _open_link(web: Web, request: Request, code: str) -> Response:
    """The first words in the link's language; nothing is stored or counted yet.

    A link that was ended looks like one that never was. The status says "found" all
    the same: a proxy or an app may put its own words in place of a 404's, and then
    nobody would see the number.
    """
    language = _wanted_language(web, request)
    try:
        link = await web.ways_in.find(code, Channel.WEB)
    except PasserelleError as error:
        _log.error("a link is not looked up: %s", type(error).__name__)
        return _page(web, web.writer.trouble(language, "error.trouble"), status=503)
    if link is None:
        return HTMLResponse(web.writer.write_closed(language))
    if link.language is not None:
        language = _choose_language(web, language, link.language)
    return _page(web, web.writer.first(language, link=code))


async def take_turn(web: Web, request: Request) -> Response:
    """One press or one message of the person."""
    language = _wanted_language(web, request)
    try:
        body = await read_body(request, largest=LARGEST_BODY)
    except ClientDisconnect:  # gone before it had said all: nobody to answer
        return Response(status_code=400)
    if body is None:
        page = web.writer.trouble(language, "error.too_long")
        return _page(web, page, status=413)
    form = read_form(body, partial(_choose_language, web, language))
    if not web.gate.lets_in(form.address):
        return _trouble(web, form, "error.busy", 429)
    try:
        return await _HANDLERS.get(form.do, _turn)(web, form)
    except Exception as error:  # noqa: BLE001 (the edge of the page, P20)
        _log.error("page failed: %s", type(error).__name__)
        return _trouble(web, form, "error.trouble", 503)


async def _turn(web: Web, form: Form) -> Response:
    if form.do == "say" and form.seen:
        await asyncio.to_thread(web.outbox.acknowledge, form.address, form.seen)
    link = await _link_of(web, form)
    region = None if link is None else region_named_by(link)
    incoming = replace(form.incoming, region=region)
    screen = await web.chat.turns.handle(incoming)
    if link is not None and screen.is_new:
        web.ways_in.note_opening(link)
    return await _show(web, form, screen)


async def _link_of(web: Web, form: Form) -> LiveLink | None:
    """The link that the page was opened with; without it the turn goes on as well."""
    if form.link is None:
        return None
    try:
        return await web.ways_in.find(form.link, Channel.WEB)
    except PasserelleError as error:
        _log.error("a link is not looked up: %s", type(error).__name__)
        return None


async def _leave(web: Web, form: Form) -> Response:
    await web.chat.turns.handle(form.incoming)
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


async def _news(web: Web, form: Form, *before: Line) -> Page:
    """What came since; `before` is said first."""
    fresh = replace(form, nonce=new_nonce())
    incoming = fresh.incoming
    store = web.chat.rules.store
    conversation = await asyncio.to_thread(store.load, incoming)
    if conversation is None:
        return web.writer.first(form.language)
    return await _talk(web, fresh, Screen(conversation, before))


async def _come_back(web: Web, form: Form) -> Response:
    """Give the conversation behind a receipt's code to this page."""
    code = re.sub(r"[^0-9A-Z]", "", form.code.upper())
    dashed = "-".join(code[i : i + 4] for i in range(0, len(code), 4))
    store, incoming = web.chat.rules.store, form.incoming
    # One count for everybody: guessing does not get faster with more pages.
    if not web.gate.lets_in(_CODES):
        page = web.writer.trouble(form.language, "error.busy", address=form.address)
        return _page(web, replace(page, code=form.code), status=429)
    if not await asyncio.to_thread(store.reattach, incoming, dashed):
        page = web.writer.unknown_code(
            form.language, address=form.address, code=form.code
        )
        return _page(web, page)
    back = Line("receipt.back", {}, (), Author.CONTROL)
    return _page(web, await _news(web, form, back))


_HANDLERS: Mapping[str, Callable[[Web, Form], Awaitable[Response]]] = {
    "wait": _wait,
    "leave": _leave,
    "return": _come_back,
}


async def _show(web: Web, form: Form, screen: Screen) -> Response:
    if screen.erased:
        # A fresh address: the old one leads nowhere any more.
        return _page(web, web.writer.screen(screen, address=new_address()))
    if not screen.lines and screen.stored:
        # Pressed twice, or sent again after a lost answer: show the same screen.
        lines = await asyncio.to_thread(web.outbox.lines_to_show, form.address)
        screen = replace(screen, lines=lines)
    text = form.text if form.do == "say" else ""
    return _page(web, await _talk(web, form, screen, text))


async def _talk(web: Web, form: Form, screen: Screen, text: str = "") -> Page:
    """The page of this screen, with what else waits where there is a case."""
    conversation, address = screen.conversation, form.address
    if conversation.case_id is None:
        return web.writer.screen(screen, address=address, text=text)
    store = web.chat.rules.store
    case = await asyncio.to_thread(store.case_of, conversation)
    words = await _words(web, address)
    news = await asyncio.to_thread(web.outbox.news_waiting, address)
    seen = max([*(row.id for row in words), *(number for number, _ in news)], default=0)
    if news:
        # Between the two looks a caseworker may have written: what is acknowledged
        # by the highest number must be on the page.
        words = [row for row in await _words(web, address) if row.id <= seen]
    page = web.writer.screen(
        replace(screen, lines=[*(line for _, line in news), *screen.lines]),
        address=address,
        words=words,
        live=case is not None and case.is_live,
        text=text,
    )
    return replace(page, seen=seen)


async def _words(web: Web, address: str) -> list[SpokenWords]:
    rows = await asyncio.to_thread(web.outbox.words_waiting, address)
    opened = [(row, read_spoken(web.chat.relay.open(row.sealed))) for row in rows]
    return [SpokenWords(row.id, row.alias, said, row.centre_id) for row, said in opened]


def _trouble(web: Web, form: Form, key: str, status: int) -> HTMLResponse:
    """One sentence; what was typed and the link come again with the next press."""
    page = web.writer.trouble(form.language, key, address=form.address, typed=form.text)
    return _page(web, replace(page, link=form.link or ""), status=status)


def _page(web: Web, page: Page, *, status: int = 200) -> HTMLResponse:
    return HTMLResponse(web.writer.write(page), status_code=status)


def _choose_language(web: Web, otherwise: str, wanted: str) -> str:
    return web.chat.rules.choose_language(wanted or otherwise)


def _wanted_language(web: Web, request: Request) -> str:
    wanted = request.headers.get("accept-language", "")[:200]
    tags = ",".join(part.split(";")[0].strip() for part in wanted.split(","))
    return web.chat.rules.choose_language(tags)


async def _not_found(web: Web, request: Request, error: Exception) -> Response:
    """Any other address shows the first words as well: it tells nothing."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    page = web.writer.first(_wanted_language(web, request))
    return _page(web, page, status=status)
