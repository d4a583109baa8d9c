"""One running house for all tests that need the whole."""

from collections.abc import Iterator

import pytest

from tests.whole.house import Running, start_house


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with start_house(tmp_path_factory.mktemp("house")) as running:
        yield running
