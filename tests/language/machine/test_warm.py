"""What is kept warm: the latest used, each loaded once, nothing beyond the bound."""

import gc
import threading
import time
import weakref

import pytest

from bot.language.machine.warm import Warm


class Loaded:
    def __init__(self, key: str) -> None:
        self.key = key


def test_the_latest_used_stay():
    loads: list[str] = []
    warm = Warm(lambda key: loads.append(key) or Loaded(key), most=2)
    for key in ("a", "b", "a", "c", "a", "b"):
        assert warm.get(key).key == key
    assert loads == ["a", "b", "c", "b"]
    assert len(warm) == 2


def test_what_is_let_go_is_freed():
    warm = Warm(Loaded, most=1)
    first = weakref.ref(warm.get("a"))
    in_use = warm.get("b")
    gc.collect()
    assert first() is None
    warm.clear()
    assert in_use.key == "b"
    assert len(warm) == 0


def test_twelve_at_once_load_it_once():
    """Upstream makes one for each thread that comes first."""
    loads: list[str] = []

    def load(key: str) -> Loaded:
        loads.append(key)
        time.sleep(0.05)
        return Loaded(key)

    warm = Warm(load, most=3)
    start = threading.Barrier(12)
    found: list[Loaded] = []

    def ask() -> None:
        start.wait()
        found.append(warm.get("a"))

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loads == ["a"]
    assert len(set(map(id, found))) == 1


def test_what_did_not_load_is_tried_again():
    tries: list[str] = []

    def load(key: str) -> Loaded:
        tries.append(key)
        if len(tries) == 1:
            raise OSError("the disk")
        return Loaded(key)

    warm = Warm(load, most=2)
    with pytest.raises(OSError, match="the disk"):
        warm.get("a")
    assert len(warm) == 0
    assert warm.get("a").key == "a"


def test_what_is_gone_from_the_folder_goes():
    warm = Warm(Loaded, most=5)
    for key in "abc":
        warm.get(key)
    warm.keep_only({"b", "z"})
    assert len(warm) == 1
