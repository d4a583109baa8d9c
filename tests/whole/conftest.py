"""One running house for all tests that need the whole."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.whole.house import Running, start_house


class _Weather(BaseHTTPRequestHandler):
    """Somewhere harmless to go when somebody comes in."""

    def do_GET(self) -> None:
        body = b"<!doctype html><title>Weather</title><h1>Rain, then sun</h1>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def harmless() -> Iterator[str]:
    """The address of the page that Leave goes to."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Weather)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/weather"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, harmless: str) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("house")
    with start_house(folder, PASSERELLE_LEAVE_URL=harmless) as running:
        yield running
