"""Installing: checked, unpacked beside, tried, and then there at once or not at all."""

import signal
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from bot.errors import PasserelleError
from bot.language.machine.engine import PackageFailedError
from bot.language.machine.index import read_index
from bot.language.machine.packages import broken_folders, find_packages
from bot.language.machine.pins import NotPinnedError, Pins
from bot.language.machine.unpack import BadPackageError
from tests.language.machine.conftest import QUICK
from tests.package_index import pack, pin, remake

FR_EN, EN_FR = pack("fr", "en"), pack("en", "fr")
NEW = {"package_version": "1.1"}


def newer(folder: Path, version: str = "1.1") -> Path:
    name = f"translate-fr_en-{version.replace('.', '_')}.argosmodel"
    return remake(FR_EN, folder / name, metadata={"package_version": version})


def test_an_offer_becomes_a_package(house, offer_of):
    told = house.install(offer_of(FR_EN))
    package = find_packages(house.folder)["fr", "en"]
    assert package.version == "1.0"
    assert {path.name for path in package.folder.iterdir()} == {
        "metadata.json",
        "README.md",
        "sentencepiece.model",
        "model",
    }
    assert told[-1][0] == told[-1][1] == FR_EN.stat().st_size


def test_nothing_else_stays_behind(house, offer_of):
    """Upstream leaves the archive, and takes it for every later version."""
    house.install(offer_of(FR_EN))
    assert house.names == {FR_EN.stem}


def test_a_later_version_is_fetched_and_replaces_the_old(house, offer_of, tmp_path):
    house.install(offer_of(FR_EN))
    offer = offer_of(newer(tmp_path))
    assert not house.installer.holds(offer)
    house.install(offer)
    assert house.names == {"translate-fr_en-1_1"}
    assert find_packages(house.folder)["fr", "en"].version == "1.1"
    assert house.installer.holds(offer)


def test_a_package_can_be_brought_as_a_file(house):
    pin(house.pins, FR_EN)
    house.take_in(FR_EN)
    assert house.names == {FR_EN.stem}
    assert FR_EN.exists()


def test_a_brought_file_needs_a_pin_too(house):
    with pytest.raises(NotPinnedError, match="SHA-256 seen"):
        house.take_in(FR_EN)
    assert house.names == set()


def test_two_directions_do_not_touch_each_other(house, offer_of):
    house.install(offer_of(FR_EN))
    house.install(offer_of(EN_FR))
    assert house.names == {FR_EN.stem, EN_FR.stem}
    assert house.installer.remove([("fr", "en")]) == 1
    assert house.names == {EN_FR.stem}


def test_what_the_index_says_must_be_inside(house, index, tmp_path):
    wrong = tmp_path / FR_EN.name
    wrong.write_bytes(EN_FR.read_bytes())
    index.offer(wrong, from_code="fr", to_code="en")
    pin(house.pins, wrong)
    offer = read_index(index.address, QUICK)["fr", "en"]
    with pytest.raises(BadPackageError, match="not what the index says"):
        house.install(offer)
    assert house.names <= {".downloads"}


def test_a_second_installation_waits_for_no_one(house):
    with (
        house.installer.alone(),
        pytest.raises(PasserelleError, match="Another command is at work"),
        house.installer.alone(),
    ):
        pass


def test_what_was_cut_off_is_tidied_and_never_seen(house):
    with house.installer.alone():
        left = house.folder / ".new-x" / "package"
        left.mkdir(parents=True)
        old = house.folder / ".old-translate-fr_en-1_0"
        old.mkdir()
    assert find_packages(house.folder) == {}
    with house.installer.alone():
        assert house.names == set()


def test_a_kill_in_the_middle_leaves_the_old_one_working(house, offer_of, tmp_path):
    """Unpacking is not atomic upstream: half a package breaks all translation."""
    house.install(offer_of(FR_EN))
    large = remake(
        newer(tmp_path), tmp_path / "translate-fr_en-1_2.argosmodel", metadata=NEW
    )
    pin(house.pins, large)
    code = (
        "import sys, time; from pathlib import Path;"
        "from bot.language.machine.install import Installer;"
        "from bot.language.machine.index import Patience;"
        "stop = lambda *a: (print('here', flush=True), time.sleep(60));"
        "one = Installer(Path(sys.argv[1]), Path(sys.argv[2]), stop, Patience());"
        "lock = one.alone(); lock.__enter__(); one.take_in(Path(sys.argv[3]))"
    )
    command = [sys.executable, "-c", code, house.folder, house.pins, large]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        process.send_signal(signal.SIGKILL)
    assert any(name.startswith(".new-") for name in house.names)
    assert find_packages(house.folder)["fr", "en"].version == "1.0"
    assert broken_folders(house.folder) == []
    with house.installer.alone():
        assert house.names == {FR_EN.stem}


def test_a_folder_that_is_no_package_breaks_no_other(house, offer_of):
    """Upstream raises FileNotFoundError at every translation."""
    house.install(offer_of(FR_EN))
    (house.folder / "translate-xx_yy-1_0").mkdir()
    (house.folder / "translate-aa_bb-1_0").mkdir()
    (house.folder / "translate-aa_bb-1_0" / "metadata.json").write_text("[[[")
    assert find_packages(house.folder).keys() == {("fr", "en")}
    assert len(broken_folders(house.folder)) == 2


def test_of_two_versions_left_behind_the_newer_is_used(house, tmp_path):
    for version in ("1.9", "1.10", "1.2"):
        archive = newer(tmp_path, version)
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(tmp_path / version)
        made = next((tmp_path / version).iterdir())
        house.folder.mkdir(exist_ok=True)
        made.rename(house.folder / archive.stem)
    assert find_packages(house.folder)["fr", "en"].version == "1.10"


@pytest.mark.parametrize(
    "name",
    [
        "../climbs",
        "/absolute",
        "translate-en_fr-1_0/model/model.bin",
        "stray.txt/../../x",
        "other/readme",
        "translate-fr_en-1_0/..\\x",
    ],
)
def test_no_archive_reaches_out_of_its_folder(house, tmp_path, name):
    """Upstream unpacks into the folder of all packages."""
    archive = remake(FR_EN, tmp_path / FR_EN.name, more={name: b"x"})
    pin(house.pins, archive)
    with pytest.raises(BadPackageError):
        house.take_in(archive)
    assert house.names == set()
    assert not (tmp_path / "climbs").exists()


def test_no_archive_brings_a_link(house, tmp_path):
    archive = remake(FR_EN, tmp_path / FR_EN.name)
    with zipfile.ZipFile(archive, "a") as opened:
        link = zipfile.ZipInfo("translate-fr_en-1_0/LICENSE")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(link, "/etc/hostname")
    pin(house.pins, archive)
    with pytest.raises(BadPackageError, match="reaches out"):
        house.take_in(archive)


def test_a_file_that_is_there_twice_is_refused(house, tmp_path):
    archive = remake(FR_EN, tmp_path / FR_EN.name)
    with (
        zipfile.ZipFile(archive, "a") as opened,
        pytest.warns(UserWarning, match="Duplicate"),
    ):
        opened.writestr("translate-fr_en-1_0/model/model.bin", b"other")
    pin(house.pins, archive)
    with pytest.raises(BadPackageError, match="twice"):
        house.take_in(archive)


def test_what_no_translation_needs_stays_in_the_archive(house, tmp_path):
    """Public packages bring sentence splitters, some of them pickles."""
    more = {
        "stanza/fr/tokenize/gsd.pt": b"\x80",
        "minisbd/fr.onnx": b"x",
        "run.sh": b"",
    }
    inside = {f"{FR_EN.stem}/{name}": held for name, held in more.items()}
    archive = remake(FR_EN, tmp_path / FR_EN.name, more=inside)
    pin(house.pins, archive)
    house.take_in(archive)
    kept = {path.name for path in house.folder.rglob("*") if path.is_file()}
    assert kept == {
        ".lock",
        *("metadata.json", "README.md", "sentencepiece.model"),
        *("config.json", "model.bin", "shared_vocabulary.json"),
    }


@pytest.mark.parametrize(
    "lacks", ["metadata.json", "model/model.bin", "sentencepiece.model"]
)
def test_what_lacks_a_part_is_refused(house, tmp_path, lacks):
    archive = remake(FR_EN, tmp_path / FR_EN.name, without=(lacks,))
    pin(house.pins, archive)
    with pytest.raises(BadPackageError, match="lacks"):
        house.take_in(archive)


@pytest.mark.parametrize(
    "metadata", [{"package_version": "1/2"}, {"from_code": "../a"}, {"to_code": "fr"}]
)
def test_metadata_that_is_unfit_is_refused(house, tmp_path, metadata):
    archive = remake(FR_EN, tmp_path / FR_EN.name, metadata=metadata)
    pin(house.pins, archive)
    with pytest.raises(BadPackageError, match="metadata"):
        house.take_in(archive)


@pytest.mark.parametrize("body", [b"", b"no zip", FR_EN.read_bytes()[:-5000]])
def test_what_is_no_archive_is_refused(house, tmp_path, body):
    archive = tmp_path / FR_EN.name
    archive.write_bytes(body)
    pin(house.pins, archive)
    with pytest.raises(BadPackageError, match="no archive, or damaged"):
        house.take_in(archive)
    assert house.names == set()


def test_an_archive_larger_than_it_says_is_refused(house, tmp_path):
    archive = remake(FR_EN, tmp_path / FR_EN.name, more={"LICENSE": b"a" * 50_000})
    held = bytearray(archive.read_bytes())
    at = held.rfind(b"PK\x01\x02")
    held[at + 24 : at + 28] = (10).to_bytes(4, "little")  # says 10 bytes
    archive.write_bytes(held)
    pin(house.pins, archive)
    with pytest.raises(BadPackageError):
        house.take_in(archive)


def test_a_full_disk_is_told_before_anything_is_written(house, monkeypatch):
    pin(house.pins, FR_EN)
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    with pytest.raises(BadPackageError, match="no room"):
        house.take_in(FR_EN)


def test_a_package_is_tried_before_it_is_there(real_house):
    pin(real_house.pins, FR_EN)
    real_house.take_in(FR_EN)
    assert real_house.names == {FR_EN.stem}


@pytest.mark.parametrize("damage", [b"", b"\0" * 5000, b"\xff" * 300_000])
def test_a_damaged_model_never_replaces_a_good_one(real_house, tmp_path, damage):
    pin(real_house.pins, FR_EN)
    real_house.take_in(FR_EN)
    bad = remake(
        FR_EN,
        tmp_path / "translate-fr_en-1_1.argosmodel",
        metadata=NEW,
        without=("model/model.bin",),
        more={"translate-fr_en-1_0/model/model.bin": damage},
    )
    pin(real_house.pins, bad)
    with pytest.raises(PackageFailedError, match="does not translate"):
        real_house.take_in(bad)
    assert real_house.names == {FR_EN.stem}


def test_the_list_of_pins_is_read_as_sha256sum_writes_it(tmp_path):
    pins = tmp_path / "pins.txt"
    pins.write_text("# ours\n\n" + "a" * 64 + " *translate-fr_en-1_0.argosmodel\n")
    Pins(pins)
    for wrong in ("short name", "b" * 64 + "  translate-fr_en-1_0.argosmodel"):
        pins.write_text("a" * 64 + "  translate-fr_en-1_0.argosmodel\n" + wrong)
        with pytest.raises(PasserelleError, match="line 2"):
            Pins(pins)


def test_only_the_owner_may_look_into_the_folder(house):
    with house.installer.alone():
        assert house.folder.stat().st_mode & 0o077 == 0


def test_an_installation_changes_the_folder_that_translators_watch(house, offer_of):
    house.install(offer_of(FR_EN))
    before = house.folder.stat().st_mtime_ns
    time.sleep(0.01)
    house.installer.remove([("fr", "en")])
    assert house.folder.stat().st_mtime_ns > before
