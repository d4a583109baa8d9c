"""The outreach worker's page in a real browser: links, cards, and no case."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.desk.app import build_app
from bot.desk.printing import CardPress
from bot.store.colleagues import Role
from bot.store.links import add_opens
from tests.desk.house import PASSWORD, House
from tests.desk.test_desk_browser import OpenPage, axe, fill_account, open_page, press

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
__all__ = ["open_page"]
PASSERELLE = Path(sys.executable).parent / "passerelle"


@pytest.fixture
def house(house: House, sqlite_url: str) -> House:
    """With an outreach worker, an administrator and a press."""
    command = ["env", f"DATABASE_URL={sqlite_url}", str(PASSERELLE), "card"]
    spoken = ("en", "fr", "ar")
    house.parts = replace(house.parts, press=CardPress(command), spoken=spoken)
    house.app = build_app(house.parts)
    house.add_outreach("olga")
    house.add_colleague("head", role=Role.ADMINISTRATOR)
    return house


@pytest.fixture
def olga(open_page: OpenPage) -> Page:
    return enter(open_page(), "olga", "Links")


def enter(page: Page, name: str, heading: str) -> Page:
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=heading)).to_be_visible(timeout=20_000)
    return page


def make(page: Page, label: str, language: str = "ar") -> str:
    """Make a link; its address."""
    page.get_by_label("Where or for what").fill(label)
    page.locator("#link-language").select_option(language)
    page.locator("#link-place").select_option("centre:pag-asa")
    press(page, "Make the link")
    article = page.get_by_role("article", name=label).first
    expect(article).to_be_visible()
    return str(article.locator(".address").text_content())


def test_a_link_is_made_replaced_and_ended(olga: Page) -> None:
    expect(olga.get_by_text("No links yet.")).to_be_visible()
    first = make(olga, "Night round")
    assert re.fullmatch(r"http://chat\.test/\w{8}", first)
    expect(olga.get_by_role("article")).to_contain_text(
        "Works · Web page · Arabic · PAG"
    )
    assert axe(olga) == []
    press(olga, "End it and make a new one")
    expect(olga.get_by_text("the new one is the first in the list")).to_be_visible()
    second = olga.locator(".link-list > article .address").text_content()
    assert second != first
    press(olga, "End it now")
    expect(olga.get_by_text("sees the national number only")).to_be_visible()
    expect(olga.locator(".link-list > article")).to_have_count(0)
    olga.get_by_text("Ended (2)").click()
    expect(olga.locator("article:visible")).to_have_count(2)


def test_counts_are_told_in_tens_only(house: House, olga: Page) -> None:
    make(olga, "Station")
    link_id = str(olga.get_by_role("article").get_attribute("data-link"))
    with house.database.write() as connection:
        opened = {(link_id, "2030-W07"): 27, (link_id, "2030-W06"): 3}
        add_opens(connection, opened, now=house.clock())
    olga.reload()
    enter(olga, "olga", "Links")
    olga.get_by_text("How often it was opened").click()
    expect(olga.get_by_role("row", name="Week 7, 2030")).to_contain_text("20 or more")
    expect(olga.get_by_role("row", name="Week 6, 2030")).to_contain_text(
        "fewer than 10"
    )
    assert "27" not in str(olga.locator("table").text_content())


def test_a_card_is_downloaded(olga: Page) -> None:
    make(olga, "Night round", "en")
    olga.get_by_text("Card to print").click()
    olga.get_by_label("Kind").select_option("label")
    olga.get_by_label("Discreet").check()
    with olga.expect_download(timeout=60_000) as download:
        press(olga, "Make the card (PDF)")
    assert download.value.suggested_filename == "label-en.pdf"
    assert download.value.path().read_bytes().startswith(b"%PDF")


def test_an_outreach_account_needs_no_key(house: House, open_page: OpenPage) -> None:
    with house.database.write() as connection:
        token = house.invite(connection, "pag-asa", Role.OUTREACH)
    page = open_page(path=f"/#invitation={token}")
    expect(page.get_by_text("It holds no key and sees no case.")).to_be_visible()
    assert page.get_by_label("Recovery key").count() == 0
    fill_account(page, "otto")
    press(page, "Finish")
    expect(page.get_by_role("heading", name="Links")).to_be_visible(timeout=20_000)
    assert page.get_by_role("heading", name="Cases").count() == 0


def test_an_administrator_goes_from_cases_to_links_and_back(
    house: House, open_page: OpenPage
) -> None:
    house.new_person()
    page = enter(open_page(), "head", "Cases")
    press(page, "Links")
    expect(page.locator("[data-case]")).to_be_hidden()
    make(page, "From the head")
    press(page, "Cases")
    expect(page.locator("[data-case]")).to_be_visible()


def test_a_caseworker_finds_no_way_to_links(open_page: OpenPage) -> None:
    page = enter(open_page(), "alpha", "Cases")
    assert page.get_by_role("button", name="Links", exact=True).count() == 0


def test_the_page_fits_a_phone(open_page: OpenPage) -> None:
    page = enter(open_page((390, 800)), "olga", "Links")
    make(page, "A rather long label for a place at the far end of the station")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
