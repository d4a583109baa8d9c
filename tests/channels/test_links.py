"""Links on the web page: they lead to the first words, and leave nothing behind."""

import logging
import re

import pytest
import sqlalchemy as sa

from bot.channels.gate import Gate
from bot.errors import PasserelleError
from bot.store.database import Database
from bot.store.links import list_counts
from bot.store.schema import conversation, link, link_count, metadata
from bot.store.seal import Pocket
from tests.link_house import end_link, make_link
from tests.web_house import TO_CONTACT, TO_MENU, WebHouse, browse, count

CRAWLERS = {
    "Telegram": "TelegramBot (like TwitterBot)",
    "WhatsApp": "WhatsApp/2.24.20.89 A",
    "Facebook": "facebookexternalhit/1.1"
    " (+http://www.facebook.com/externalhit_uatext.php)",
    "Facebook catalog": "facebookcatalog/1.0",
    "Signal": "WhatsApp/2",
    "Apple": "Mozilla/5.0 (Macintosh) AppleWebKit/601.2.4 (KHTML, like Gecko)"
    " Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
}
TELLING = re.compile(
    r"traffick|victim|passerelle|police|exploit|human|help|مساعد|شرطة|ضحية", re.I
)
IN_HEAD = re.compile(r"<title>([^<]*)</title>|content=\"([^\"]*)\"")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def house(sqlite_database: Database, pocket: Pocket) -> WebHouse:
    made = WebHouse(sqlite_database, pocket)
    made.open_centres()
    return made


def opens(house: WebHouse, link_id: str) -> int:
    house.ways_in.add_up()
    with house.database.read() as connection:
        return sum(n for _, n in list_counts(connection, [link_id]).get(link_id, ()))


def everything(house: WebHouse) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with house.database.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(table.select())]
            for table in metadata.sorted_tables
        }


async def test_a_link_shows_the_first_words_in_its_language(house: WebHouse) -> None:
    row = make_link(house.database, house.clock(), language="ar")
    async with browse(house, "fr") as tab:
        await tab.open(f"/{row.code}")
        assert '<html lang="ar" dir="rtl">' in tab.html
        tab.language = "ar"
        assert tab.shows("first.hello")
        await tab.press("go_on")
        assert tab.shows("safety.talk")
        stored = house.conversation(tab.field("a"))
    assert stored is not None
    assert stored.language == "ar"


async def test_without_a_language_the_phones_is_taken(house: WebHouse) -> None:
    row = make_link(house.database, house.clock())
    async with browse(house, "nl") as tab:
        await tab.open(f"/{row.code.upper()}")
        assert tab.shows("first.hello")
        assert '<html lang="nl"' in tab.html


@pytest.mark.promise(14)
async def test_opening_stores_nothing_sets_nothing_and_logs_nothing(
    house: WebHouse, caplog: pytest.LogCaptureFixture
) -> None:
    """P14: whoever only looks leaves no trace, here or on the phone."""
    row = make_link(house.database, house.clock())
    before = everything(house)
    with caplog.at_level(logging.DEBUG):
        async with browse(house) as tab:
            await tab.open(f"/{row.code}", **{"x-forwarded-for": "203.0.113.9"})
            assert "set-cookie" not in tab.answer.headers
            assert len(tab.client.cookies.jar) == 0
            house.ways_in.add_up()
            assert everything(house) == before
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("httpx")]
    assert not [m for m in ours if row.code in m or "203.0.113.9" in m]


async def test_only_a_first_turn_counts_and_only_once(house: WebHouse) -> None:
    row = make_link(house.database, house.clock())
    async with browse(house) as tab:
        for _ in range(3):
            await tab.open(f"/{row.code}")
        assert opens(house, row.id) == 0
        first = tab.html
        await tab.press("go_on")
        assert tab.field("k") == ""  # the page has forgotten the link by now
        await tab.press("yes")
        tab.answer._content = first.encode()  # back, and pressed again
        await tab.press("go_on")
        assert opens(house, row.id) == 1
        await tab.open(f"/{row.code}")
        await tab.post(do="leave")  # nothing of this one is kept
        assert opens(house, row.id) == 1
        await tab.open(f"/{row.code}")
        await tab.post(do="stop")
        assert opens(house, row.id) == 2


async def test_a_conversation_without_a_link_counts_nowhere(house: WebHouse) -> None:
    make_link(house.database, house.clock())
    async with browse(house) as tab:
        await tab.press("go_on")
    house.ways_in.add_up()
    assert count(house, link_count) == 0


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_ended_expired_and_unknown_links_look_the_same(
    house: WebHouse, language: str
) -> None:
    """Who tries codes learns nothing; who has an old card finds the number."""
    now = house.clock()
    wish = {"language": "fr", "centre": "payoke"}
    ended = make_link(house.database, now, **wish)
    end_link(house.database, now, ended)
    expired = make_link(house.database, now, expires_at=now, **wish)
    telegram = make_link(house.database, now, channel="telegram", **wish)
    codes = (ended.code, expired.code, telegram.code, "zzzzzzzz", "AAAAAAAA")
    async with browse(house, language) as tab:
        answers = [(await tab.open(f"/{code}")).answer for code in codes]
        assert len({(a.status_code, a.content) for a in answers}) == 1
        assert len({str(sorted(a.headers.items())) for a in answers}) == 1
        assert answers[0].status_code == 200
        assert tab.shows("numbers.link_closed")
        assert tab.html.count("tel:078055800") == 1
        for more in ("<form", "<script", "<button", "first.hello", *codes):
            assert more not in tab.html
        assert set(re.findall(r'href="([^"]*)"', tab.html)) == {
            "/icon.svg",
            "/page.css",
            "tel:078055800",
        }


async def test_a_link_that_ends_meanwhile_cuts_nobody_off(house: WebHouse) -> None:
    row = make_link(house.database, house.clock(), region="brussels")
    async with browse(house) as tab:
        await tab.open(f"/{row.code}")
        end_link(house.database, house.clock(), row)
        await tab.press("go_on")
        assert tab.shows("safety.talk")
        assert opens(house, row.id) == 0
        assert house.conversation(tab.field("a")).link_region is None


@pytest.mark.parametrize("name", sorted(CRAWLERS))
@pytest.mark.parametrize("works", [True, False])
async def test_a_preview_shows_a_neutral_title_and_no_picture(
    house: WebHouse, name: str, works: bool
) -> None:
    row = make_link(house.database, house.clock(), language="ar")
    if not works:
        end_link(house.database, house.clock(), row)
    async with browse(house, "ar") as tab:
        await tab.open(f"/{row.code}")
        seen_by_people = re.sub(r'name="[an]" value="[^"]*"', "", tab.html)
        await tab.open(f"/{row.code}", **{"user-agent": CRAWLERS[name]})
        assert re.sub(r'name="[an]" value="[^"]*"', "", tab.html) == seen_by_people
        head = tab.html.partition("</head>")[0]
        tab.language = "ar"
        title = tab.text("web.title")
        assert re.findall(r"<title>(.*)</title>", head) == [title]
        # Without these, a crawler takes the first sentences of the page.
        for told in ('property="og:title"', 'property="og:description"'):
            assert f'<meta {told} content="{title}">' in head
        assert f'<meta name="description" content="{title}">' in head
        shown = "".join("".join(pair) for pair in IN_HEAD.findall(head))
        assert not TELLING.search(shown)
        assert "image" not in head
        assert "<img" not in tab.html
        assert opens(house, row.id) == 0


async def test_the_links_region_answers_the_question_for_it(house: WebHouse) -> None:
    row = make_link(house.database, house.clock(), centre="payoke")
    async with browse(house) as tab:
        await tab.open(f"/{row.code}")
        await tab.press(*TO_MENU, *TO_CONTACT, "contact_here")
        assert tab.shows("centre.propose", centre="Payoke")
        stored = house.conversation(tab.field("a"))
        assert stored.facts["region"] == "flanders"
        assert stored.link_region is None
        await tab.press("pag_asa")  # any other may be chosen all the same
        assert house.conversation(tab.field("a")).facts["centre"] == "pag-asa"


async def test_the_gate_limits_whoever_comes_by_a_link(house: WebHouse) -> None:
    row = make_link(house.database, house.clock())
    async with browse(house, gate=Gate(((2, 60.0),))) as tab:
        await tab.open(f"/{row.code}")
        statuses = [(await tab.post(do="numbers")).status_code for _ in range(4)]
    assert statuses == [200, 200, 429, 429]


async def test_a_page_after_trouble_still_knows_the_link(house: WebHouse) -> None:
    row = make_link(house.database, house.clock())
    gate = Gate(((0, 60.0),))
    async with browse(house, gate=gate) as tab:
        await tab.open(f"/{row.code}")
        assert (await tab.post(do="go_on")).status_code == 429
        assert tab.field("k") == row.code


class Away(Exception):
    """The store is away."""


@pytest.mark.promise(20)
async def test_with_the_store_away_a_link_shows_the_numbers(
    house: WebHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P20: a true sentence and the numbers."""
    row = make_link(house.database, house.clock())
    async with browse(house) as tab:
        await tab.open(f"/{row.code}")

        async def find(*_: object) -> None:
            raise PasserelleError

        monkeypatch.setattr(type(house.ways_in), "find", find)
        await tab.post(do="numbers")
        assert tab.shows("numbers.list")
        await tab.open(f"/{row.code}")
        assert tab.answer.status_code == 503
        assert tab.shows("error.trouble")


async def test_openings_that_could_not_be_stored_are_not_lost(
    house: WebHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = make_link(house.database, house.clock())
    async with browse(house) as tab:
        await tab.open(f"/{row.code}")
        await tab.press("go_on")
    with monkeypatch.context() as broken:
        broken.setattr(
            "bot.channels.ways_in.add_opens", lambda *_, **__: _raise(PasserelleError())
        )
        await house.ways_in.add_up_safely()
    assert opens(house, row.id) == 1


def _raise(error: Exception) -> None:
    raise error


@pytest.mark.promise(13)
async def test_the_label_is_nowhere_to_be_read(house: WebHouse) -> None:
    """P13: what a link is for is known at the desk alone."""
    row = make_link(house.database, house.clock(), label="Sunflower street")
    async with browse(house) as tab:
        await tab.open(f"/{row.code}")
        assert "unflower" not in tab.html
    assert "unflower" not in str(everything(house))
    with house.database.read() as connection:
        assert connection.execute(sa.select(link.c.label_sealed)).scalar()


async def test_other_addresses_are_as_before(house: WebHouse) -> None:
    async with browse(house) as tab:
        for path in ("/bcdf234", "/bcdf23456", "/a/bcdf2345"):
            await tab.open(path)
            assert tab.answer.status_code == 404
            assert tab.shows("first.hello")
        assert count(house, conversation) == 0
