"""Who gets in: the route table, sign-in, sessions and other centres."""

import time
from collections.abc import Callable
from statistics import median

import httpx
import pytest
from starlette.routing import Route

from bot.desk.app import CALLS, ERRANDS, PAGES, STREAMS, ErrandWay, Way, _route_call
from bot.desk.calls import Access
from bot.desk.throttle import Throttle
from bot.store.colleagues import Role
from tests.desk.house import DeskBrowser, House, encode

SignIn = Callable[[str], DeskBrowser]
OPEN_TO_ANYONE = {"/api/salt", "/api/sign-in", "/api/invitation", "/api/set-up"}


def call(client: httpx.Client, method: str, path: str, **options: object) -> int:
    path = path.replace("{case}", "0" * 32)
    return client.request(method, path, json={}, **options).status_code  # type: ignore[arg-type]


def test_every_route_is_in_a_table(house: House) -> None:
    """Nothing is served that does not say who may have it."""
    served = {route.path for route in house.app.routes if isinstance(route, Route)}
    ways = (*CALLS, *ERRANDS, *STREAMS)
    tables = {way.path for way in ways} | {page.path for page in PAGES}
    assert len(served) > len(PAGES)
    assert served == tables


def test_only_these_are_open_to_anyone() -> None:
    ways = {way.path for way in CALLS if way.access is Access.ANYONE}
    assert ways == OPEN_TO_ANYONE
    assert all(way.access is Access.CASEWORK for way in STREAMS)


@pytest.mark.parametrize(
    "way", [*(w for w in CALLS if w.path not in OPEN_TO_ANYONE), *ERRANDS]
)
def test_nothing_without_a_session(client: httpx.Client, way: Way | ErrandWay) -> None:
    """Deny by default: no session, a wrong one, or another scheme gets nothing."""
    for header in ("", "Bearer", "Bearer nonsense", "Basic bGllbjp4"):
        headers = {"Authorization": header}
        assert call(client, way.method, way.path, headers=headers) == 401


def test_stream_wants_a_session(client: httpx.Client) -> None:
    assert client.get("/api/live").status_code == 401


def test_unknown_paths_do_not_exist(client: httpx.Client) -> None:
    for method, path in (("GET", "/admin"), ("PUT", "/api/cases"), ("GET", "/static/")):
        answer = client.request(method, path)
        assert (answer.status_code, answer.json()) == (404, {"code": "not_found"})


def test_role_is_checked(house: House, client: httpx.Client, sign_in: SignIn) -> None:
    alpha = sign_in("alpha")
    way = Way("POST", "/api/only", lambda _call: {}, Access.ADMINISTRATOR)
    house.add_colleague("head", role=Role.ADMINISTRATOR)
    head = sign_in("head")
    route = _route_call(way, house.parts, Throttle(b"any secret"))
    house.app.router.routes.append(route)
    assert alpha.post("/api/only").json() == {"code": "forbidden"}
    assert head.post("/api/only").status_code == 200


@pytest.mark.promise(14)
def test_every_answer_carries_the_headers(client: httpx.Client) -> None:
    """P14: nothing is cached, framed, or loaded from elsewhere; no cookie is set."""
    for path in ("/", "/desk.js", "/icon.svg", "/api/cases", "/nowhere"):
        answer = client.get(path)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "require-trusted-types-for 'script'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in answer.headers


def test_page_has_a_neutral_name(client: httpx.Client) -> None:
    page = client.get("/").text
    assert "<title>Desk</title>" in page
    for word in ("victim", "traffick", "passerelle", "http://", "https://"):
        assert word not in page.lower()


def test_unknown_name_has_a_salt_that_stays(client: httpx.Client) -> None:
    """Who tries names does not learn which exist."""
    ask = [client.post("/api/salt", json={"name": n}) for n in ("eve", "EVE ", "bob")]
    salts = [answer.json()["salt"] for answer in ask]
    assert salts[0] == salts[1] != salts[2]
    known = client.post("/api/salt", json={"name": "alpha"}).json()["salt"]
    assert len(known) == len(salts[0])


def test_wrong_key_and_unknown_name_look_the_same(client: httpx.Client) -> None:
    answers = [
        client.post("/api/sign-in", json={"name": name, "key": encode(b"x" * 32)})
        for name in ("alpha", "nobody")
    ]
    assert [a.json() for a in answers] == [{"code": "wrong_sign_in"}] * 2


def test_attempts_run_out_for_one_name(client: httpx.Client, sign_in: SignIn) -> None:
    guess = {"name": "beta", "key": encode(b"x" * 32)}
    codes = [client.post("/api/sign-in", json=guess).status_code for _ in range(12)]
    assert codes == [401] * 10 + [429] * 2
    sign_in("alpha")  # another name is not held up


def test_right_password_clears_the_count(client: httpx.Client, sign_in: SignIn) -> None:
    guess = {"name": "alpha", "key": encode(b"x" * 32)}
    for _ in range(2):
        for _ in range(8):
            assert client.post("/api/sign-in", json=guess).status_code == 401
        sign_in("alpha")


def test_session_ends_after_idle_minutes(house: House, sign_in: SignIn) -> None:
    alpha = sign_in("alpha")
    house.clock.move(minutes=29)
    assert alpha.post("/api/here").status_code == 200
    house.clock.move(minutes=29)
    assert alpha.get("/api/cases").status_code == 200
    house.clock.move(minutes=2)  # looking did not prolong it
    assert alpha.get("/api/cases").json() == {"code": "signed_out"}


def test_signing_out_ends_it(sign_in: SignIn) -> None:
    alpha = sign_in("alpha")
    alpha.post("/api/sign-out")
    assert alpha.get("/api/cases").status_code == 401


@pytest.mark.promise(18)
def test_another_centres_case_answers_like_none(house: House, sign_in: SignIn) -> None:
    """P18: the same body, byte for byte, in comparable time."""
    person = house.new_person("pag-asa")
    gamma = sign_in("gamma")
    times: dict[str, list[float]] = {}
    bodies = set()
    for _ in range(15):
        for case in (person.case_id, "0" * 32):
            for action in ("open", "claim", "close", "messages?after=0"):
                path = f"/api/cases/{case}/{action}"
                ask = gamma.get if "messages" in action else gamma.post
                start = time.perf_counter()
                answer = ask(path)
                times.setdefault(case, []).append(time.perf_counter() - start)
                bodies.add((answer.status_code, answer.content))
    assert bodies == {(404, b'{"code":"not_found"}')}
    there, never = (median(taken) for taken in times.values())
    assert abs(there - never) < 0.5 * max(there, never)


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'"name"', b"\xff\xfe", b'{"name": 5}', b'{"name": "\\u0000"}', b""],
)
def test_malformed_calls_are_refused(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/api/salt", content=body)
    assert (answer.status_code, answer.json()) == (400, {"code": "malformed"})


def test_huge_body_is_refused(client: httpx.Client) -> None:
    answer = client.post("/api/salt", content=b"[" * 300_000)
    assert (answer.status_code, answer.json()) == (413, {"code": "too_large"})
    deep = client.post("/api/salt", content=b"[" * 200_000)
    assert deep.json() == {"code": "malformed"}
