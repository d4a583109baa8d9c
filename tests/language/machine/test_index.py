"""The index and its downloads: what upstream's installer gets wrong, done right.

Each fault of that installer which was seen has its test, here or in test_install.py.
"""

import contextlib
import socket
import time

import pytest

from bot.language.machine.index import (
    DownloadError,
    IndexAwayError,
    Patience,
    fetch,
    read_index,
)
from bot.language.machine.pins import NotPinnedError, WrongHashError
from tests.language.machine.conftest import QUICK
from tests.package_index import breaks_off, fails, pack, pin, remake, sends

FR_EN = pack("fr", "en")


def ignore(_have: int, _whole: int) -> None:
    pass


def test_an_index_that_is_away_is_told_in_one_sentence(house):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}/"
        began = time.monotonic()
        with pytest.raises(IndexAwayError, match=r"does not answer.*import FILE"):
            read_index(address, QUICK)
    assert time.monotonic() - began < 1


def test_no_old_index_is_used_in_its_place(index):
    """Upstream keeps the last one and goes on in silence."""
    index.offer(FR_EN)
    assert read_index(index.address, QUICK)
    index.ways["/index.json"] = fails(503)
    with pytest.raises(IndexAwayError, match="HTTP 503"):
        read_index(index.address, QUICK)


def test_a_silent_server_is_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        began = time.monotonic()
        with pytest.raises(IndexAwayError, match="no answer in time"):
            read_index(address, QUICK)
    assert time.monotonic() - began < 2


def test_a_server_that_drips_is_not_waited_for(index):
    def drips(asked):
        asked.says(b"[", Content_Length="1000")
        for _ in range(30):
            time.sleep(0.1)
            asked.handler.wfile.write(b" ")
            asked.handler.wfile.flush()

    def answer(asked):
        with contextlib.suppress(OSError):  # it is hung up on, as it should
            drips(asked)

    index.ways["/index.json"] = answer
    began = time.monotonic()
    with pytest.raises(IndexAwayError):
        read_index(index.address, Patience(silence_seconds=0.5, index_seconds=0.5))
    assert time.monotonic() - began < 2


def test_the_address_needs_no_slash_at_its_end(index):
    index.offer(FR_EN)
    assert read_index(index.address.rstrip("/"), QUICK).keys() == {("fr", "en")}


@pytest.mark.parametrize(
    "body", [b"<html>", b"{}", b"[[[" * 9999, b"[]" + b" " * 6_000_000]
)
def test_what_is_no_index_is_told_as_such(index, body):
    index.ways["/index.json"] = sends(body)
    with pytest.raises(IndexAwayError, match="no index"):
        read_index(index.address, QUICK)


@pytest.mark.parametrize(
    "row",
    [
        {"from_code": "../x"},
        {"package_version": "1/../2"},
        {"type": "sbd"},
        {"to_code": "fr"},
        {"links": "http://x"},
        {"links": ["file:///etc/passwd", "ftp://x/y", 7, "http://"]},
    ],
)
def test_a_row_that_is_unfit_reaches_nothing(index, house, tmp_path, row):
    index.offer(FR_EN, **row)
    for offer in read_index(index.address, QUICK).values():
        with pytest.raises(DownloadError, match="no usable link"):
            fetch(offer, tmp_path, QUICK, ignore)


def test_the_newest_of_an_index_is_taken(index, tmp_path):
    for version in ("1.9", "1.10", "1.2"):
        index.offer(FR_EN, package_version=version)
    assert read_index(index.address, QUICK)["fr", "en"].version == "1.10"


def test_our_tags_stand_for_the_codes_of_the_index(index):
    index.offer(FR_EN, from_code="zh")
    offer = read_index(index.address, QUICK)["zh-Hans", "en"]
    assert offer.name == "translate-zh_en-1_0.argosmodel"


def test_a_missing_file_is_asked_for_once(index, tmp_path):
    index.offer(FR_EN, answer=fails(404))
    offer = read_index(index.address, QUICK)["fr", "en"]
    with pytest.raises(DownloadError, match="HTTP 404"):
        fetch(offer, tmp_path, QUICK, ignore)
    assert [path for path, _ in index.asked].count(f"/{FR_EN.name}") == 1


def test_the_next_link_is_tried(index, tmp_path):
    good = f"{index.address}{FR_EN.name}"
    index.offer(FR_EN, links=[f"{index.address}gone", good])
    offer = read_index(index.address, QUICK)["fr", "en"]
    assert fetch(offer, tmp_path, QUICK, ignore).read_bytes() == FR_EN.read_bytes()


def test_no_redirect_leads_to_a_file_of_this_machine(index, tmp_path):
    def leads_home(asked):
        asked.says(b"", 302, Location="file:///etc/hostname")

    index.offer(FR_EN, answer=leads_home)
    offer = read_index(index.address, QUICK)["fr", "en"]
    with pytest.raises(DownloadError):
        fetch(offer, tmp_path, QUICK, ignore)


def test_a_download_goes_on_where_it_broke_off(index, tmp_path):
    body = FR_EN.read_bytes()
    index.offer(FR_EN, answer=breaks_off(body, after=100_000))
    offer = read_index(index.address, QUICK)["fr", "en"]
    with pytest.raises(DownloadError):
        fetch(offer, tmp_path, QUICK, ignore)
    told: list[tuple[int, int]] = []
    whole = fetch(offer, tmp_path, QUICK, lambda *step: told.append(step))
    assert whole.read_bytes() == body
    assert index.asked[-1][1] == "bytes=100000-"
    assert told[0][0] > 100_000
    assert told[-1] == (len(body), len(body))
    assert [path.name for path in tmp_path.iterdir()] == [FR_EN.name]


def test_parts_of_two_files_never_mix(index, tmp_path):
    """The file changed at the server between the two tries."""
    body = FR_EN.read_bytes()
    index.offer(FR_EN, answer=breaks_off(b"x" * len(body), 100_000, etag='"old"'))
    offer = read_index(index.address, QUICK)["fr", "en"]
    with pytest.raises(DownloadError):
        fetch(offer, tmp_path, QUICK, ignore)
    index.ways[f"/{FR_EN.name}"] = sends(body, etag='"new"')
    assert fetch(offer, tmp_path, QUICK, ignore).read_bytes() == body


def test_a_part_that_was_already_all_starts_again(index, tmp_path):
    body = FR_EN.read_bytes()
    index.offer(FR_EN)
    offer = read_index(index.address, QUICK)["fr", "en"]
    (tmp_path / f"{FR_EN.name}.part").write_bytes(body)
    (tmp_path / f"{FR_EN.name}.mark").write_text('"one"')
    assert fetch(offer, tmp_path, QUICK, ignore).read_bytes() == body


def test_a_part_that_does_not_fit_is_not_joined(index, tmp_path):
    index.offer(FR_EN, answer=breaks_off(FR_EN.read_bytes(), after=1000))
    offer = read_index(index.address, QUICK)["fr", "en"]
    with pytest.raises(DownloadError):
        fetch(offer, tmp_path, QUICK, ignore)

    def other_part(asked):
        asked.says(b"abc", 206, ETag='"one"', Content_Range="bytes 0-2/9")

    index.ways[f"/{FR_EN.name}"] = other_part
    with pytest.raises(DownloadError, match="another part"):
        fetch(offer, tmp_path, QUICK, ignore)


def test_without_a_pin_nothing_is_installed(index, house):
    index.offer(FR_EN)
    offer = read_index(index.address, QUICK)["fr", "en"]
    with pytest.raises(NotPinnedError, match=r"SHA-256 seen: [0-9a-f]{64}") as refused:
        house.install(offer)
    assert refused.value.line.endswith(f"  {FR_EN.name}")
    assert str(house.pins) in str(refused.value)
    house.pins.write_text(refused.value.line + "\n")
    before = len(index.asked)
    house.install(offer)
    assert house.names == {FR_EN.stem}
    assert len(index.asked) == before, "what was fetched once is not fetched again"


def test_another_file_than_the_pinned_is_thrown_away(index, house, tmp_path):
    other = remake(FR_EN, tmp_path / FR_EN.name, metadata={"from_name": "other"})
    index.offer(other)
    pin(house.pins, FR_EN)
    offer = read_index(index.address, QUICK)["fr", "en"]
    with pytest.raises(WrongHashError, match="is pinned"):
        house.install(offer)
    assert house.names <= {".downloads"}
    assert list((house.folder / ".downloads").iterdir()) == []
