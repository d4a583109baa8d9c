"""The whole crossing once more, with PostgreSQL in the place of the file."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.whole.browsers import TO_RELAY, answer, open_desk, open_page, take_case
from tests.whole.house import start_house

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_the_crossing_on_postgresql(
    tmp_path: Path, chromium: Browser, postgresql_url: str
) -> None:
    with start_house(tmp_path, DATABASE_URL=postgresql_url) as house:
        person = open_page(chromium, house)
        person.press(*TO_RELAY)
        number = person.case_number
        desk = open_desk(chromium, house)
        take_case(desk, number)
        answer(desk, "We are here")
        expect(person.page.locator(".theirs")).to_contain_text(
            "We are here", timeout=15_000
        )
        person.write("Thank you")
        expect(desk.locator("li.person").last).to_contain_text("Thank you")
        assert not list((tmp_path / "data").glob("*.db"))
