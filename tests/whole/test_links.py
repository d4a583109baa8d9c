"""Links in a real browser, made and ended on the command line."""

import os
import re
import subprocess

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.whole.browsers import TO_CONTACT, PersonPage, open_page
from tests.whole.house import PASSERELLE, ROOT, Running
from tests.whole.test_page_traces import KEPT, NOTHING

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
PRINTED_PAGES = re.compile(rb"/Type\s*/Page\b(?!s)")


def run_link(house: Running, *words: str) -> str:
    done = subprocess.run(
        [PASSERELLE, "link", *words],
        cwd=ROOT,
        env=dict(os.environ) | house.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def at(person: PersonPage, address: str, language: str) -> PersonPage:
    """The same browser at a link, which speaks its own language."""
    person.page.goto(address)
    person.language = language
    return person


@pytest.mark.promise(14)
@pytest.mark.parametrize("script", [True, False])
def test_a_link_leads_to_a_centre_and_leaves_nothing(
    house: Running, chromium: Browser, script: bool
) -> None:
    """P14: an Arabic card opened on a phone that is set to French."""
    wish = ("--language", "ar", "--region", "wallonia")
    address = run_link(house, "make", "Canary street", *wish)
    person = open_page(chromium, house, language="fr", script=script)
    asked: list[str] = []
    person.page.on("request", lambda request: asked.append(request.url))
    at(person, address, "ar")
    assert person.page.locator("html").get_attribute("dir") == "rtl"
    assert person.page.title() == person.text("web.title")
    person.hears("first.hello")
    press = person.press if script else _press_plainly(person)
    press("go_on", "yes", "yes", *TO_CONTACT, "contact_here")
    person.hears("centre.propose", centre="Sürya")
    assert person.page.locator("[name=k]").count() == 0
    assert person.page.context.cookies() == []
    if script:
        assert person.page.evaluate(KEPT) == NOTHING
    assert not [url for url in asked if not url.startswith(house.chat)]
    assert "Canary" not in house.logs
    assert address.rsplit("/", 1)[1] not in house.logs
    assert person.trouble == []


def _press_plainly(person: PersonPage):  # type: ignore[no-untyped-def]
    def press(*names: str) -> None:
        for name in names:
            label = person.text(f"button.{name}")
            found = person.page.locator("main .choices button", has_text=label).first
            with person.page.expect_navigation():
                found.click()

    return press


def test_one_command_ends_it(house: Running, chromium: Browser) -> None:
    address = run_link(house, "make", "x", "--language", "ar")
    new = run_link(house, "rotate", address.rsplit("/", 1)[1])
    person = open_page(chromium, house, language="fr")
    at(person, address, "fr")
    expect(person.page.locator("body")).to_have_text(
        re.compile(re.escape(person.text("numbers.link_closed"))), use_inner_text=True
    )
    assert person.page.locator("button, form, script").count() == 0
    assert person.page.locator("a").count() == 1
    at(person, new, "ar").hears("first.hello")


def test_the_page_for_helpers_needs_no_script_and_prints(
    house: Running, chromium: Browser
) -> None:
    person = open_page(chromium, house, language="en", script=False)
    page: Page = person.page
    for language in ("nl", "fr", "en", "de"):
        page.goto(f"{house.chat}info?l={language}")
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= 360
        printed = page.pdf(format="A4", prefer_css_page_size=True)
        assert 1 <= len(PRINTED_PAGES.findall(printed)) <= 2
    assert person.trouble == []
