"""The desk's one page, its script and style, and the headers of every answer."""

from collections.abc import Mapping
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = Path(__file__).parent / "static"

# Nothing but this server's own script and style runs, and no text becomes HTML.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
_FEATURES = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _FEATURES),
}

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Desk</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/desk.css">
<script src="/desk.js" defer></script>
</head>
<body>
<div id="desk"><p class="empty">One moment…</p></div>
<noscript><p class="empty">The desk needs JavaScript: cases are opened in this
browser and nowhere else.</p></noscript>
</body>
</html>
"""
_ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect x="5" y="4" width="22" height="24" rx="3" fill="#26415c"/>
<path d="M10 11h12M10 16h12M10 21h7" stroke="#fff" stroke-width="2"/>
</svg>
"""


async def show_page(_request: Request) -> Response:
    """The page, which is empty until its script has run."""
    return Response(_PAGE, media_type="text/html")


async def show_icon(_request: Request) -> Response:
    """A sheet of paper: it tells a passer-by nothing."""
    return Response(_ICON, media_type="image/svg+xml")


async def show_script(_request: Request) -> Response:
    """The page's script, as built from web/desk."""
    return Response((STATIC / "desk.js").read_bytes(), media_type="text/javascript")


async def show_style(_request: Request) -> Response:
    """The page's style, as built from web/desk."""
    return Response((STATIC / "desk.css").read_bytes(), media_type="text/css")


class SafeHeaders:
    """Puts the headers on every answer, also on errors and streams."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, send_safely)
