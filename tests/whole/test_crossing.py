"""From a person's first hello to a caseworker's reply, in real browsers."""

import pytest
from playwright.sync_api import Browser, expect

from tests.whole.browsers import (
    TO_MENU,
    TO_RELAY,
    answer,
    open_desk,
    open_page,
    take_case,
)
from tests.whole.house import Running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.mark.parametrize("script", [True, False], ids=["script", "forms"])
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.promise(5, 7, 14)
def test_a_person_reaches_a_caseworker(
    house: Running, chromium: Browser, language: str, script: bool
) -> None:
    person = open_page(chromium, house, language=language, script=script)
    person.press(*TO_RELAY)
    person.hears("handover.done")
    number = person.case_number
    desk = open_desk(chromium, house)
    take_case(desk, number)
    answer(desk, "Good evening, how can I help?")
    if not script:
        person.page.locator("button[value=wait]").click()
    theirs = person.page.locator(".theirs")
    expect(theirs).to_contain_text("Good evening, how can I help?", timeout=15_000)
    person.write("أحتاج إلى مكان آمن" if language == "ar" else "I need a safe place")
    expect(desk.locator("li.person").last).to_contain_text(
        "أحتاج" if language == "ar" else "a safe place", timeout=15_000
    )
    assert person.page.url == house.chat
    assert person.trouble == []


@pytest.mark.promise(3)
def test_everything_can_be_read_without_giving_anything(
    house: Running, chromium: Browser
) -> None:
    person = open_page(chromium, house)
    person.press(*TO_MENU, "rights", "theme_help", "who")
    seen = set()
    while (words := person.words) not in seen:
        seen.add(words)
        person.press("more", "next")
    assert len(seen) >= 25


@pytest.mark.promise(2)
def test_stop_pauses_and_one_tap_goes_on(house: Running, chromium: Browser) -> None:
    person = open_page(chromium, house)
    person.press(*TO_MENU)
    person.write("please stop now")
    person.hears("stop.done")
    person.press("resume")
    person.hears("menu")


@pytest.mark.promise(9)
def test_erasing_leaves_nothing_to_open(house: Running, chromium: Browser) -> None:
    person = open_page(chromium, house)
    person.press(*TO_RELAY)
    number = person.case_number
    desk = open_desk(chromium, house)
    take_case(desk, number)
    person.control("erase")
    person.hears("erase.done_case")
    expect(desk.get_by_label("Write to the person")).to_have_count(0, timeout=15_000)


def test_a_code_leads_back_to_the_conversation(
    house: Running, chromium: Browser
) -> None:
    person = open_page(chromium, house)
    person.press(*TO_RELAY)
    person.page.locator(".choices button[value=receipt]").click()
    person.hears("handover.receipt")
    code = person.words.split("come back:")[1].split()[0]
    again = open_page(chromium, house)
    again.page.locator("summary").click()
    again.page.locator("#code").fill(code.lower())
    again.page.locator("button[value=return]").click()
    expect(again.page.locator(".more button[value=withdraw]")).to_be_visible()
    number = person.case_number
    desk = open_desk(chromium, house)
    take_case(desk, number)
    answer(desk, "Welcome back")
    expect(again.page.locator(".theirs")).to_contain_text(
        "Welcome back", timeout=15_000
    )


def test_another_centre_sees_nothing(house: Running, chromium: Browser) -> None:
    person = open_page(chromium, house)
    person.press(*TO_RELAY)
    desk = open_desk(chromium, house, "payoke")
    expect(desk.locator("[data-case]")).to_have_count(0)
