"""What the page leaves behind in a real browser: nothing (P14)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.whole.browsers import TO_MENU, TO_RELAY, PersonPage, open_page
from tests.whole.house import Running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

FIRST_VISIT = 30 * 1024  # bytes, headers and all
IDLE_MS = 600_000
KEPT = """async () => ({
    cookies: document.cookie,
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    state: history.state,
})"""
NOTHING = {
    **dict.fromkeys(("local", "session", "databases", "caches", "workers"), 0),
    "cookies": "",
    "state": None,
}


def test_a_first_visit_weighs_at_most_30_kb(house: Running, chromium: Browser) -> None:
    page = chromium.new_context(locale="ar-MA").new_page()
    sizes = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()))
    page.goto(house.chat, wait_until="networkidle")
    assert len(sizes) >= 3  # the page, its style, its script
    told = [s["responseBodySize"] + s["responseHeadersSize"] for s in sizes]
    assert sum(told) <= FIRST_VISIT


@pytest.mark.promise(14)
def test_a_whole_crossing_stores_nothing_and_asks_nobody_else(
    house: Running, chromium: Browser
) -> None:
    person = open_page(chromium, house)
    asked: list[str] = []
    person.page.on("request", lambda request: asked.append(request.url))
    addresses: set[str] = set()
    for name in TO_RELAY:
        person.press(name)
        addresses.add(person.page.url)
    person.control("numbers")
    person.write("I wait here")
    assert person.page.evaluate(KEPT) == NOTHING
    assert person.page.context.cookies() == []
    assert addresses == {house.chat}
    assert asked
    assert {url for url in asked if not url.startswith(house.chat)} == set()
    assert person.page.title() == person.text("web.title")
    assert person.trouble == []  # no error, and nothing that the policy refused


@pytest.mark.promise(14)
def test_a_second_visit_finds_nothing_in_the_cache(
    house: Running, chromium: Browser
) -> None:
    person = open_page(chromium, house)
    watch = person.page.context.new_cdp_session(person.page)
    watch.send("Network.enable")
    cached: list[str] = []
    watch.on("Network.requestServedFromCache", lambda e: cached.append(e["requestId"]))
    answers: list[bool] = []
    watch.on(
        "Network.responseReceived",
        lambda event: answers.append(event["response"]["fromDiskCache"]),
    )
    person.page.goto("about:blank")
    person.page.goto(house.chat, wait_until="networkidle")
    assert len(answers) >= 3
    assert not any(answers)
    assert cached == []


def _press_leave(person: PersonPage) -> None:
    person.page.locator("nav button[value=leave]").click()


def _press_escape(person: PersonPage) -> None:
    for _ in range(3):
        person.page.keyboard.press("Escape")


@pytest.mark.promise(14)
@pytest.mark.parametrize("leave", [_press_leave, _press_escape])
def test_leaving_takes_the_page_out_of_the_history(
    house: Running,
    chromium: Browser,
    harmless: str,
    leave: Callable[[PersonPage], None],
) -> None:
    person = open_page(chromium, house)
    page = person.page
    person.press(*TO_MENU)
    leave(person)
    page.wait_for_url(harmless)
    assert not [url for url in _history(page) if url.startswith(house.chat)]
    page.go_back()
    assert page.url == "about:blank"


def test_two_escapes_do_not_leave(house: Running, chromium: Browser) -> None:
    person = open_page(chromium, house)
    for _ in range(2):
        person.page.keyboard.press("Escape")
    person.page.wait_for_timeout(300)
    assert person.page.url == house.chat


@pytest.mark.promise(14)
def test_leaving_without_script_shows_no_word_again(
    house: Running, chromium: Browser, harmless: str
) -> None:
    """Each form is in the history; going back, the browser has nothing to show."""
    person = open_page(chromium, house, script=False)
    page = person.page
    person.press(*TO_MENU)
    page.locator("nav button[value=leave]").click()
    page.wait_for_url(harmless)
    watch = page.context.new_cdp_session(page)
    for entry in _entries(watch)[-2:0:-1]:  # back through all of them, but the blank
        watch.send("Page.navigateToHistoryEntry", {"entryId": entry["id"]})
        page.wait_for_timeout(400)
        shown = page.locator("body").inner_text()
        assert person.text("menu").split("\n")[0] not in shown
        assert person.text("safety.phone").split("\n")[0] not in shown


def _history(page: Page) -> list[str]:
    watch = page.context.new_cdp_session(page)
    return [entry["url"] for entry in _entries(watch)]


def _entries(watch: CDPSession) -> list[dict[str, str]]:
    told = watch.send("Page.getNavigationHistory")
    return list(told["entries"])


@pytest.mark.promise(14)
def test_leaving_forgets_a_conversation_without_a_case(
    house: Running, chromium: Browser, harmless: str
) -> None:
    person = open_page(chromium, house)
    person.press(*TO_MENU)
    told = {n: person.page.locator(f"[name={n}]").input_value() for n in ("a", "l")}
    _press_leave(person)
    person.page.wait_for_url(harmless)
    answer = person.page.request.post(house.chat, form={**told, "do": "wait"})
    assert person.text("first.hello").split("\n")[0] in answer.text()


def test_ten_idle_minutes_clear_the_screen(house: Running, chromium: Browser) -> None:
    page = chromium.new_context(locale="en-GB").new_page()
    page.clock.install()
    page.goto(house.chat)
    person = PersonPage(page, "en")
    person.press(*TO_MENU)
    page.locator("#text").fill("half a sentence")
    entries = len(_history(page))
    page.clock.run_for(IDLE_MS - 1_000)
    page.keyboard.press("Shift")  # still there
    page.clock.run_for(IDLE_MS - 1_000)
    person.hears("menu")
    page.clock.run_for(2_000)
    person.hears("first.hello")
    assert page.locator("#text").input_value() == ""
    assert len(_history(page)) == entries


def test_without_script_ten_minutes_clear_the_screen_too(
    house: Running, chromium: Browser
) -> None:
    person = open_page(chromium, house, script=False)
    person.press("go_on")
    refresh = person.page.locator("meta[http-equiv=refresh]")
    expect(refresh).to_have_attribute("content", f"{IDLE_MS // 1000};url=/")
