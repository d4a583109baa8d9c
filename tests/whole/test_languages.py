"""Hello to handover in every language, on a phone that is set to it."""

import pytest
from playwright.sync_api import Browser

from tests.whole.browsers import LOCALES, TO_MENU, TO_RELAY, WORDS, open_page
from tests.whole.house import Running

pytestmark = pytest.mark.browser
TAGS = [row.tag for row in WORDS.languages.enabled]
REACHES_OUT = """() => [...document.querySelectorAll('body *')].filter(e => {
  const box = e.getBoundingClientRect();
  return box.width && (box.right > innerWidth + 1 || box.left < -1);
}).map(e => e.className || e.tagName)"""


def test_every_language_of_the_list_is_walked() -> None:
    assert len(TAGS) == 28
    assert set(TAGS) == set(LOCALES)


@pytest.mark.parametrize("tag", TAGS)
def test_hello_to_handover(house: Running, chromium: Browser, tag: str) -> None:
    person = open_page(chromium, house, language=tag)
    person.hears("first.hello")
    html = person.page.locator("html")
    assert html.get_attribute("lang") == tag
    assert html.get_attribute("dir") == WORDS.languages[tag].direction
    walked = 0
    for walked, name in enumerate(TO_RELAY, 1):
        assert person.page.evaluate(REACHES_OUT) == [], f"before {name}"
        person.press(name)
        if walked == len(TO_MENU):
            person.hears("menu")
    assert walked == len(TO_RELAY)
    person.hears("handover.done", case_number=person.case_number)
    assert person.trouble == []
    person.page.context.close()
