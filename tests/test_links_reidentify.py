"""From everything that is stored, nobody can tell who came by which link (P13)."""

import random
from collections.abc import Callable, Mapping, Sequence

import httpx
import pytest

from bot.store.database import Database
from bot.store.links import _ADD, LinkRow, add_opens
from bot.store.schema import conversation
from bot.store.seal import Pocket
from tests.attack import Stolen, best_guess
from tests.link_house import make_link
from tests.web_house import Tab, WebHouse

PEOPLE, MARGIN = 300, 0.12  # the margin is over five times what chance alone varies by
PLACES = (
    {"region": "brussels"},
    {"region": "flanders"},
    {"centre": "surya"},
    {"centre": "payoke"},
    {},
)
CHANCE = 1 / len(PLACES)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def house(database: Database, pocket: Pocket) -> WebHouse:
    made = WebHouse(database, pocket)
    made.open_centres()
    return made


class Crowd:
    """People who come by links, in no order; who came by which is known to the test."""

    def __init__(self, house: WebHouse, links: Sequence[LinkRow], seed: int) -> None:
        self.house, self.links = house, links
        self.dice = random.Random(seed)
        self.truth: dict[str, str] = {}

    async def come(self, after: Callable[[LinkRow], None] = lambda _: None) -> None:
        # As many by each, so that no link is guessed for being the busiest.
        ways = [*self.links] * (PEOPLE // len(self.links))
        self.dice.shuffle(ways)
        transport = httpx.ASGITransport(self.house.app())
        async with httpx.AsyncClient(
            transport=transport, base_url="http://page.test"
        ) as client:
            for row in ways:
                tab = await Tab(client, self.house.words).open(f"/{row.code}")
                await tab.press("go_on")
                if self.dice.random() < 0.5:
                    await tab.press("yes")
                self.house.clock.move(seconds=self.dice.randrange(5, 300))
                found = self.house.conversation(tab.field("a"))
                assert found is not None
                self.truth[found.id] = row.id
                after(row)


def hand_out(
    house: WebHouse, wishes: Sequence[Mapping[str, str]], language: str = "en"
) -> list[LinkRow]:
    return [
        make_link(house.database, house.clock(), language=language, **wish)
        for wish in wishes
    ]


@pytest.mark.promise(13)
async def test_nobody_can_tell_who_came_by_which_link(house: WebHouse) -> None:
    """P13: links of one language, each for a place of its own, in all that is kept."""
    links = hand_out(house, PLACES)
    crowd = Crowd(house, links, seed=4)

    def add_up_sometimes(_: LinkRow) -> None:
        if crowd.dice.random() < 0.1:
            house.ways_in.add_up()

    await crowd.come(add_up_sometimes)
    house.ways_in.add_up()
    stolen = Stolen.copy(house.database)
    assert stolen.mentions(word for row in links for word in (row.id, row.code)) == []
    score, name, scores = best_guess(stolen, crowd.truth)
    assert len(scores) > 60  # it did look everywhere
    assert score <= CHANCE + MARGIN, name


# The attack finds what there is to find: each of these would be a way to tell.


@pytest.mark.parametrize("column", ["facts", "language"])
async def test_the_attack_would_see_what_a_link_left_in_the_row(
    house: WebHouse, column: str
) -> None:
    links = hand_out(house, PLACES[:2])
    crowd = Crowd(house, links, seed=5)
    await crowd.come()
    left = {
        "facts": [{"talk": "yes", "region": row.region} for row in links],
        "language": ["en", "nl"],
    }
    values = dict(zip((row.id for row in links), left[column], strict=True))
    with house.database.write() as connection:
        for person, row_id in crowd.truth.items():
            this = conversation.c.id == person
            change = {column: values[row_id]}
            connection.execute(conversation.update().where(this).values(change))
    score, name, _ = best_guess(Stolen.copy(house.database), crowd.truth)
    assert score > 0.95
    assert name.startswith(f"conversation.{column}")


async def test_the_attack_would_see_a_count_written_beside_its_conversation(
    postgresql_database: Database, pocket: Pocket
) -> None:
    """PostgreSQL notes which transaction wrote a row: neighbours give a link away."""
    house = WebHouse(postgresql_database, pocket)
    links = hand_out(house, [{}] * 100)
    crowd = Crowd(house, links, seed=7)
    await crowd.come(lambda row: _write_alone(house, row))
    last = {row_id: person for person, row_id in crowd.truth.items()}
    newest = {person: row_id for row_id, person in last.items()}
    guesses = Stolen.copy(house.database).features()["count nearest by #1"]
    hits = sum(guesses[person] == row_id for person, row_id in newest.items())
    assert hits / len(newest) > 0.5  # chance alone would be right once in a hundred


def _write_alone(house: WebHouse, row: LinkRow) -> None:
    """What a plain counter would do: write this link's row, when it is opened."""
    with house.database.write() as connection:
        values = {"link": row.id, "week": "2030-W18", "opens": 1}
        connection.execute(_ADD, [values])


def test_counting_writes_all_rows_in_one_transaction(
    postgresql_database: Database, pocket: Pocket
) -> None:
    house = WebHouse(postgresql_database, pocket)
    links = hand_out(house, [{}] * 5)
    for row in links[:2]:
        with house.database.write() as connection:
            add_opens(connection, {(row.id, "2030-W18"): 1}, now=house.clock())
        rows = Stolen.copy(house.database).tables["link_count"]
        assert len({row["#1"] for row in rows}) == 1
