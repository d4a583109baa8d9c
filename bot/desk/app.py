"""The desk's server: one route table, each route with who may call it."""

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.desk import accounts, bridge, casework, link_calls, page, printing
from bot.desk.calls import (
    ROLES_OF,
    STATUS_OF,
    Access,
    Answer,
    Call,
    Errand,
    Handler,
    Trouble,
    read_body,
)
from bot.desk.live import tell_changes
from bot.desk.parts import DeskParts
from bot.desk.throttle import Throttle
from bot.errors import PasserelleError
from bot.store.colleagues import Colleague, find_session, touch_session

_BEARER = "Bearer "
_log = logging.getLogger(__name__)

Stream = Callable[[Call], AsyncIterator[bytes]]


@dataclass(frozen=True, slots=True)
class Way:
    """One way in: a call, what answers it, and who may make it."""

    method: str
    path: str
    handler: Handler
    access: Access


@dataclass(frozen=True, slots=True)
class LiveWay:
    """A way in that goes on answering."""

    path: str
    stream: Stream
    access: Access


@dataclass(frozen=True, slots=True)
class ErrandWay:
    """A way in that another process answers: it waits, and holds up nobody."""

    method: str
    path: str
    errand: Errand
    access: Access


def build_app(parts: DeskParts) -> Starlette:
    """The desk, ready to serve; what is not in the tables below does not exist."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await parts.changes.close()

    throttle = Throttle(parts.secret)
    routes = [
        *PAGES,
        *(_route_call(way, parts, throttle) for way in CALLS),
        *(_route_errand(way, parts, throttle) for way in ERRANDS),
        *(_route_stream(way, parts, throttle) for way in STREAMS),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(page.SafeHeaders)],
        exception_handlers={404: _answer_unknown, 405: _answer_unknown},
        lifespan=lifespan,
    )


def _route_call(way: Way, parts: DeskParts, throttle: Throttle) -> Route:
    endpoint = partial(_answer_call, way, parts, throttle)
    return Route(way.path, endpoint, methods=[way.method])


def _route_errand(way: ErrandWay, parts: DeskParts, throttle: Throttle) -> Route:
    endpoint = partial(_answer_errand, way, parts, throttle)
    return Route(way.path, endpoint, methods=[way.method])


def _route_stream(way: LiveWay, parts: DeskParts, throttle: Throttle) -> Route:
    endpoint = partial(_answer_stream, way, parts, throttle)
    return Route(way.path, endpoint, methods=["GET"])


async def _answer_call(
    way: Way, parts: DeskParts, throttle: Throttle, request: Request
) -> Response:
    body = await read_body(request)
    if isinstance(body, Trouble):
        return _tell(body)
    return _tell(await run_in_threadpool(_handle, way, parts, throttle, request, body))


def _handle(
    way: Way,
    parts: DeskParts,
    throttle: Throttle,
    request: Request,
    body: Mapping[str, Any],
) -> Answer:
    try:
        call = _admit(way, parts, throttle, request, body)
        return call if isinstance(call, Trouble) else way.handler(call)
    except ValueError:
        return Trouble("malformed")
    except PasserelleError as error:
        _log.error("desk call failed: %s", type(error).__name__)
        return Trouble("trouble")
    except Exception as error:  # noqa: BLE001 (the edge of a call)
        _log.error("desk call failed: %s", type(error).__name__)
        return Trouble("trouble")


async def _answer_errand(
    way: ErrandWay, parts: DeskParts, throttle: Throttle, request: Request
) -> Response:
    body = await read_body(request)
    if isinstance(body, Trouble):
        return _tell(body)
    try:
        call = await run_in_threadpool(_admit, way, parts, throttle, request, body)
        return _tell(call if isinstance(call, Trouble) else await way.errand(call))
    except ValueError:
        return _tell(Trouble("malformed"))
    except Exception as error:  # noqa: BLE001 (the edge of a call)
        _log.error("desk errand failed: %s", type(error).__name__)
        return _tell(Trouble("trouble"))


def _admit(
    way: Way | ErrandWay | LiveWay,
    parts: DeskParts,
    throttle: Throttle,
    request: Request,
    body: Mapping[str, Any],
) -> Call | Trouble:
    """Let the caller in by session and role, or say why not."""
    header = request.headers.get("authorization", "")
    token = header.removeprefix(_BEARER) if header.startswith(_BEARER) else ""
    colleague = None
    if way.access is not Access.ANYONE:
        # An errand is no use: the page translates by itself what comes in.
        in_use = isinstance(way, Way) and request.method != "GET"
        colleague = _find_caller(parts, token, in_use=in_use)
        if colleague is None:
            return Trouble("signed_out")
        if colleague.role not in ROLES_OF[way.access]:
            return Trouble("forbidden")
    return Call(
        parts=parts,
        throttle=throttle,
        path=request.path_params,
        query=request.query_params,
        body=body,
        token=token,
        colleague=colleague,
    )


def _find_caller(parts: DeskParts, token: str, *, in_use: bool) -> Colleague | None:
    """Whose session this is; a page that only looks does not prolong it."""
    if not token:
        return None
    now, idle = parts.clock(), timedelta(minutes=parts.idle_minutes)
    with parts.database.read() as connection:
        colleague = find_session(connection, token, now=now, idle=idle)
    if colleague is not None and in_use:
        with parts.database.write() as connection:
            touch_session(connection, token, now=now)
    return colleague


async def _answer_stream(
    way: LiveWay, parts: DeskParts, throttle: Throttle, request: Request
) -> Response:
    call = await run_in_threadpool(_admit, way, parts, throttle, request, {})
    if isinstance(call, Trouble):
        return _tell(call)
    return StreamingResponse(way.stream(call), media_type="application/x-ndjson")


async def _answer_unknown(_request: Request, _error: Exception) -> Response:
    return _tell(Trouble("not_found"))


def _tell(answer: Answer) -> Response:
    if not isinstance(answer, Trouble):
        return JSONResponse(answer)
    told = {"code": answer.code}
    if answer.by:
        told["by"] = answer.by
    return JSONResponse(told, status_code=STATUS_OF.get(answer.code, 409))


PAGES = (
    Route("/", page.show_page, methods=["GET"]),
    Route("/icon.svg", page.show_icon, methods=["GET"]),
    Route("/desk.js", page.show_script, methods=["GET"]),
    Route("/desk.css", page.show_style, methods=["GET"]),
)

_CASE = "/api/cases/{case}"
CALLS = (
    Way("POST", "/api/salt", accounts.give_salt, Access.ANYONE),
    Way("POST", "/api/sign-in", accounts.sign_in, Access.ANYONE),
    Way("POST", "/api/invitation", accounts.show_invitation, Access.ANYONE),
    Way("POST", "/api/set-up", accounts.accept_invitation, Access.ANYONE),
    Way("POST", "/api/sign-out", accounts.sign_out, Access.SIGNED_IN),
    Way("POST", "/api/here", accounts.stay, Access.SIGNED_IN),
    Way("GET", "/api/cases", casework.show_cases, Access.CASEWORK),
    Way("POST", f"{_CASE}/open", casework.open_case, Access.CASEWORK),
    Way("POST", f"{_CASE}/claim", casework.claim_case, Access.CASEWORK),
    Way("GET", f"{_CASE}/messages", casework.show_messages, Access.CASEWORK),
    Way("POST", f"{_CASE}/messages", casework.write_message, Access.CASEWORK),
    Way("POST", f"{_CASE}/hand-back", casework.hand_back_case, Access.CASEWORK),
    Way("POST", f"{_CASE}/close", casework.close_case, Access.CASEWORK),
    Way("POST", f"{_CASE}/erase", casework.erase_case, Access.CASEWORK),
    Way("POST", "/api/writes-in", accounts.write_in, Access.CASEWORK),
    Way("GET", "/api/replies", bridge.show_replies, Access.CASEWORK),
    Way("GET", "/api/links", link_calls.show_links, Access.OUTREACH),
    Way("POST", "/api/links", link_calls.make_link, Access.OUTREACH),
    Way("POST", "/api/links/{link}/revoke", link_calls.revoke_link, Access.OUTREACH),
    Way("POST", "/api/links/{link}/rotate", link_calls.rotate_link, Access.OUTREACH),
)
ERRANDS = (
    ErrandWay("GET", "/api/translator", bridge.tell_pairs, Access.CASEWORK),
    ErrandWay("POST", "/api/translator", bridge.pass_on, Access.CASEWORK),
    ErrandWay("GET", "/api/links/{link}/card", printing.print_card, Access.OUTREACH),
)
STREAMS = (LiveWay("/api/live", tell_changes, Access.CASEWORK),)
