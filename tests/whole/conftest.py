"""One running house for all tests that need the whole."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.chromium import launch_chromium
from tests.whole.house import Running, start_house


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with start_house(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with launch_chromium() as browser:
        yield browser
