"""Links at the desk: made and ended by outreach workers, who see no case."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.desk.app import CALLS, STREAMS, Way
from bot.desk.calls import ROLES_OF, Access
from bot.desk.links import LinkOffice
from bot.outreach.links import week_of
from bot.store.colleagues import Role
from bot.store.links import add_opens, find_live
from bot.store.schema import centre, colleague, link
from bot.store.seal import Pocket
from tests.desk.house import (
    DESK_SECRET,
    PASSWORD,
    SALT,
    DeskBrowser,
    House,
    _stretch,
    encode,
    serve,
)

SignIn = Callable[[str], DeskBrowser]
WISH = {"label": "Night round, station", "channel": "web", "language": "ar"}
OPEN_TO_OUTREACH = {
    *("/api/sign-out", "/api/here", "/api/links"),
    *("/api/links/{link}/revoke", "/api/links/{link}/rotate"),
}


@pytest.fixture
def house(house: House) -> House:
    """Outreach workers of two centres, and an administrator of one."""
    house.add_outreach("olga")
    house.add_outreach("otto", "payoke")
    house.add_colleague("head", role=Role.ADMINISTRATOR)
    return house


@pytest.fixture
def olga(sign_in: SignIn) -> DeskBrowser:
    return sign_in("olga")


def live(house: House, code: str) -> bool:
    with house.database.read() as connection:
        found = find_live(connection, code, channel="web", now=house.clock())
    return found is not None


def links(who: DeskBrowser) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = who.get("/api/links").json()["links"]
    return found


# Who may what


def path_of(way: Way) -> str:
    return way.path.replace("{case}", "0" * 32).replace("{link}", "0" * 16)


@pytest.mark.promise(18)
@pytest.mark.parametrize("way", CALLS)
def test_outreach_may_only_what_is_listed_here(way: Way, olga: DeskBrowser) -> None:
    """P18: whoever hands out cards sees no case, not even that there is one."""
    if way.access is Access.ANYONE or way.path in OPEN_TO_OUTREACH:
        return
    answer = olga.client.request(
        way.method, path_of(way), json={}, headers=olga.headers
    )
    assert (answer.status_code, answer.json()) == (403, {"code": "forbidden"})


@pytest.mark.promise(18)
def test_outreach_hears_of_no_change_in_cases(olga: DeskBrowser) -> None:
    for way in STREAMS:
        assert olga.get(way.path).json() == {"code": "forbidden"}


def test_a_role_may_nothing_until_it_is_named() -> None:
    """Every way in is for roles that are written down, or for anyone."""
    assert set(ROLES_OF) == set(Access) - {Access.ANYONE}
    ways = {way.path for way in CALLS if Role.OUTREACH in ROLES_OF.get(way.access, ())}
    assert ways == OPEN_TO_OUTREACH


def test_caseworkers_make_no_links_and_administrators_do(sign_in: SignIn) -> None:
    alpha, head = sign_in("alpha"), sign_in("head")
    assert alpha.get("/api/links").status_code == 403
    assert alpha.post("/api/links", **WISH).json() == {"code": "forbidden"}
    assert head.post("/api/links", **WISH).status_code == 200
    assert len(links(head)) == 1


@pytest.mark.promise(6)
def test_an_outreach_account_holds_no_key(house: House, olga: DeskBrowser) -> None:
    """P6: even if a browser sent one, it is not kept with such an account."""
    assert olga.welcome["wrapped"] == olga.welcome["relay"] == ""
    assert olga.welcome["me"]["role"] == "outreach"
    with house.database.read() as connection:
        rows = connection.execute(
            colleague.select().where(colleague.c.role == "outreach")
        ).all()
    assert [row.wrapped_identity for row in rows] == [b"", b""]


@pytest.mark.promise(6)
def test_outreach_comes_before_a_centre_has_a_key(house: House) -> None:
    house.add_outreach("ossi", "surya")
    with house.database.read() as connection:
        query = centre.select().where(centre.c.id == "surya")
        assert connection.execute(query).one().recipient is None


def test_a_caseworkers_account_still_brings_the_key(
    house: House, client: httpx.Client
) -> None:
    with house.database.write() as connection:
        token = house.invite(connection, "pag-asa", Role.CASEWORKER)
    key, _ = _stretch(PASSWORD, SALT)
    account = {"token": token, "name": "delta", "alias": "Delta"}
    account |= {"salt": encode(SALT), "key": encode(key)}
    answer = client.post("/api/set-up", json=account)
    assert (answer.status_code, answer.json()) == (400, {"code": "malformed"})


# Making and ending


def test_a_link_is_made_and_listed(house: House, olga: DeskBrowser) -> None:
    made = olga.post("/api/links", **WISH, centre="payoke", days=30).json()
    assert made["address"] == f"http://chat.test/{made['code']}"
    assert made["label"] == WISH["label"]
    assert (made["language"], made["centre"], made["state"]) == ("ar", "payoke", "live")
    assert links(olga) == [made]
    assert live(house, made["code"])
    house.clock.move(days=31)
    with house.database.read() as connection:
        office = LinkOffice(connection, Pocket(DESK_SECRET), house.clock())
        row = connection.execute(link.select()).one()
        assert office.label(row) == WISH["label"]
        assert WISH["label"].encode() not in row.label_sealed
    assert not live(house, made["code"])


def test_one_press_ends_a_link(house: House, olga: DeskBrowser) -> None:
    made = olga.post("/api/links", **WISH).json()
    ended = olga.post(f"/api/links/{made['id']}/revoke").json()
    assert ended["state"] == "revoked"
    assert not live(house, made["code"])
    assert olga.post(f"/api/links/{made['id']}/revoke").json() == ended


def test_one_press_puts_a_new_one_in_its_place(house: House, olga: DeskBrowser) -> None:
    old = olga.post("/api/links", **WISH, region="brussels", days=30).json()
    new = olga.post(f"/api/links/{old['id']}/rotate").json()
    same = ("label", "channel", "language", "centre", "region", "expires_at")
    assert [new[name] for name in same] == [old[name] for name in same]
    assert new["code"] != old["code"]
    assert (live(house, old["code"]), live(house, new["code"])) == (False, True)
    states = {row["id"]: (row["state"], row["replaced_by"]) for row in links(olga)}
    assert states == {old["id"]: ("revoked", new["id"]), new["id"]: ("live", None)}


def test_a_new_one_for_an_expired_link_works(house: House, olga: DeskBrowser) -> None:
    old = olga.post("/api/links", **WISH, days=1).json()
    house.clock.move(days=2)
    again = DeskBrowser(house, "olga", olga.client)
    assert links(again)[0]["state"] == "expired"
    new = again.post(f"/api/links/{old['id']}/rotate").json()
    assert (new["state"], new["expires_at"]) == ("live", None)


def test_another_centres_link_answers_like_none(
    olga: DeskBrowser, sign_in: SignIn
) -> None:
    made = olga.post("/api/links", **WISH).json()
    otto = sign_in("otto")
    assert links(otto) == []
    for link_id in (made["id"], "0" * 16):
        for action in ("revoke", "rotate"):
            answer = otto.post(f"/api/links/{link_id}/{action}")
            assert (answer.status_code, answer.content) == (
                404,
                b'{"code":"not_found"}',
            )
    assert links(olga)[0]["state"] == "live"


@pytest.mark.parametrize(
    "change",
    [
        {"label": ""},
        {"label": "x" * 81},
        {"label": "a\nb"},
        {"label": 5},
        {"language": "tlh"},
        {"language": ["ar"]},
        {"centre": "../payoke"},
        {"region": "paris"},
        {"channel": "sms"},
        {"days": 0},
        {"days": 731},
        {"days": True},
        {"days": "30"},
    ],
)
def test_malformed_wishes_are_refused(
    olga: DeskBrowser, change: dict[str, object]
) -> None:
    answer = olga.post("/api/links", **(WISH | change))
    assert (answer.status_code, answer.json()) == (400, {"code": "malformed"})
    assert links(olga) == []


def test_what_a_link_can_be_made_of(olga: DeskBrowser) -> None:
    choices = olga.get("/api/links").json()["choices"]
    assert choices["languages"] == {"fr": "Français", "ar": "العربية"}
    assert choices["channels"] == ["web"]
    assert choices["regions"] == ["brussels", "flanders", "wallonia"]
    telegram = WISH | {"channel": "telegram"}
    assert olga.post("/api/links", **telegram).json() == {"code": "no_telegram"}


def test_a_link_to_telegram_names_the_bot(house: House) -> None:
    house.options = {**house.options, "bot_name": "notes_bot"}
    house.__post_init__()
    with serve(house) as url, httpx.Client(base_url=url) as client:
        olga = DeskBrowser(house, "olga", client)
        made = olga.post("/api/links", **(WISH | {"channel": "telegram"})).json()
        assert made["address"] == f"https://t.me/notes_bot?start={made['code']}"
        assert "telegram" in olga.get("/api/links").json()["choices"]["channels"]


@pytest.mark.promise(19)
def test_what_was_done_is_on_record_but_not_to_which_link(
    house: House, olga: DeskBrowser
) -> None:
    made = olga.post("/api/links", **WISH).json()
    new = olga.post(f"/api/links/{made['id']}/rotate").json()
    olga.post(f"/api/links/{new['id']}/revoke")
    with house.database.read() as connection:
        chain = house.parts.audit
        assert chain.first_broken(connection, "pag-asa") is None
        rows = connection.execute(chain.table.select()).all()
    events = [row.event for row in rows if row.event.startswith("link_")]
    assert events == ["link_made", "link_rotated", "link_revoked"]
    assert made["id"] not in str(rows)


# Figures


def test_few_openings_are_not_told_and_more_in_tens(
    house: House, olga: DeskBrowser
) -> None:
    ids = [olga.post("/api/links", **WISH).json()["id"] for _ in range(3)]
    week = week_of(house.clock())
    opens = dict.fromkeys([(ids[0], week)], 9) | {(ids[1], week): 29}
    with house.database.write() as connection:
        add_opens(connection, opens, now=house.clock())
    told = {row["id"]: row["counts"] for row in links(olga)}
    assert [told[link_id] for link_id in ids] == [
        [{"week": week, "opens": None}],
        [{"week": week, "opens": 20}],
        [{"week": week, "opens": None}],
    ]


def test_only_the_last_weeks_are_told(house: House, olga: DeskBrowser) -> None:
    link_id = olga.post("/api/links", **WISH).json()["id"]
    start = house.clock()
    with house.database.write() as connection:
        for weeks in range(20):
            week = week_of(start - timedelta(weeks=weeks))
            add_opens(connection, {(link_id, week): 10}, now=start)
    (told,) = links(olga)
    assert len(told["counts"]) == 12
    assert told["counts"][0]["week"] == week_of(start)


def test_with_another_secret_a_label_stays_shut(
    house: House, olga: DeskBrowser
) -> None:
    olga.post("/api/links", **WISH)
    with house.database.read() as connection:
        row = connection.execute(link.select()).one()
        other = LinkOffice(connection, Pocket(b"x" * 32), house.clock())
        assert other.label(row) == ""
