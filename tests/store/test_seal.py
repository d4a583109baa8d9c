"""Only who should can open; what does not open says nothing about itself."""

import stat

import pyrage
import pytest

from bot.errors import CannotOpenError, SettingError
from bot.store.seal import Pocket, Purpose, RelayIdentity, Sealer


def test_a_case_opens_with_the_centres_identity_and_no_other():
    payoke, surya = (pyrage.x25519.Identity.generate() for _ in range(2))
    sealer = Sealer()
    recipient, sealed_key = sealer.new_case_key(str(payoke.to_public()))
    sealed = sealer.seal(recipient, "Ik ben bereikbaar om 10 uur. شب بخیر")
    key = pyrage.decrypt(sealed_key, [payoke]).decode()
    case = pyrage.x25519.Identity.from_str(key)
    opened = pyrage.decrypt(sealed, [case]).decode()
    assert opened == "Ik ben bereikbaar om 10 uur. شب بخیر"
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed_key, [surya])
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [payoke])


def test_every_case_has_a_key_of_its_own():
    centre = str(pyrage.x25519.Identity.generate().to_public())
    assert Sealer().new_case_key(centre)[0] != Sealer().new_case_key(centre)[0]


def test_sealing_to_nonsense_is_the_callers_mistake():
    with pytest.raises(ValueError, match="not an age recipient"):
        Sealer().seal("age1nonsense", "words")


def test_the_relay_identity_is_made_once_for_its_owner_alone(tmp_path):
    path = tmp_path / "keys" / "relay.txt"
    made = RelayIdentity.load_or_make(path)
    assert RelayIdentity.load_or_make(path).recipient == made.recipient
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["relay.txt"]


def test_the_relay_opens_only_what_was_sealed_to_it(tmp_path):
    relay = RelayIdentity.load_or_make(tmp_path / "relay.txt")
    other = RelayIdentity.load_or_make(tmp_path / "other.txt")
    sealed = Sealer().seal(relay.recipient, "Good evening.")
    assert relay.open(sealed) == "Good evening."
    for damaged in (sealed[:-1], b"", b"no age at all"):
        with pytest.raises(CannotOpenError):
            relay.open(damaged)
    with pytest.raises(CannotOpenError):
        other.open(sealed)


def test_a_malformed_relay_identity_stops_the_start():
    with pytest.raises(SettingError):
        RelayIdentity("AGE-SECRET-KEY-NONSENSE")


def test_a_short_secret_stops_the_start():
    with pytest.raises(SettingError):
        Pocket(b"short")


def test_what_is_sealed_for_one_purpose_opens_for_no_other(pocket):
    sealed = pocket.seal(Purpose.DRAFT, {"word": "x"}, address="a")
    assert pocket.open(Purpose.DRAFT, sealed, address="a") == {"word": "x"}
    for purpose in set(Purpose) - {Purpose.DRAFT}:
        with pytest.raises(CannotOpenError):
            pocket.open(purpose, sealed, address="a")


def test_another_secret_opens_and_recognises_nothing(pocket):
    other = Pocket(b"another secret of thirty-two bytes")
    with pytest.raises(CannotOpenError):
        other.open(Purpose.LINE, pocket.seal(Purpose.LINE, "x"))
    assert other.hash_address("web", "a") != pocket.hash_address("web", "a")
    assert other.chain_key != pocket.chain_key


def test_hashes_of_different_things_never_meet(pocket):
    hashes = {
        pocket.hash_address("web", "1"),
        pocket.hash_address("telegram", "1"),
        pocket.hash_update("telegram", "1"),
        pocket.hash_receipt("1"),
    }
    assert len(hashes) == 4


def test_the_error_of_a_failed_opening_quotes_nothing(pocket):
    with pytest.raises(CannotOpenError) as caught:
        pocket.open(Purpose.LINE, b"sunflower")
    assert caught.value.__cause__ is None
    assert "sunflower" not in str(caught.value)
