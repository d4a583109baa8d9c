"""Settings: read once, checked whole, told by name."""

import base64
from pathlib import Path

import pytest

from bot.errors import SettingError
from bot.keys import house_secret
from bot.settings import SETTINGS, Secret, read_settings

SECRET = base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
PRODUCTION = {
    "PASSERELLE_MODE": "production",
    "PASSERELLE_CHAT_URL": "https://chat.example/",
    "PASSERELLE_DESK_URL": "https://desk.example/",
    "PASSERELLE_SECRET": SECRET,
}
README = Path(__file__).resolve().parent.parent / "README.md"


def test_nothing_need_be_set_for_a_demonstration():
    settings = read_settings({})
    assert not settings.production
    assert settings.chat_host == settings.desk_host == "127.0.0.1"
    assert settings.engine_url == "http://127.0.0.1:5005"
    assert str(settings.database_url).startswith("sqlite:///")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PASSERELLE_MODE", "test"),
        ("PASSERELLE_CHAT_PORT", "0"),
        ("PASSERELLE_CHAT_PORT", "65536"),
        ("PASSERELLE_CHAT_PORT", "８０８０"),
        ("PASSERELLE_DESK_PORT", "many"),
        ("PASSERELLE_ENGINE_PORT", "-1"),
        ("PASSERELLE_ACTION_PORT", "5.5"),
        ("PASSERELLE_IDLE_HOURS", "0"),
        ("PASSERELLE_CASE_DAYS", "1e3"),
        ("PASSERELLE_TRANSLATOR_PAIRS", "0"),
        ("PASSERELLE_TRANSLATOR_MEMORY", "100"),
        ("ARGOS_PACKAGE_INDEX", "file:///index"),
        ("PASSERELLE_WIPE_HOURS", "48"),
        ("PASSERELLE_CHAT_URL", "chat.example"),
        ("PASSERELLE_DESK_URL", "ftp://desk.example"),
        ("PASSERELLE_LEAVE_URL", "javascript:alert(1)"),
        ("TELEGRAM_API_URL", "https://"),
        ("TELEGRAM_WEBHOOK_URL", "http://[::1"),
    ],
)
def test_a_malformed_setting_is_named(name, value):
    with pytest.raises(SettingError, match=name):
        read_settings({name: value})


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"PASSERELLE_MODE"}))
def test_production_misses_nothing(name):
    left = {key: value for key, value in PRODUCTION.items() if key != name}
    with pytest.raises(SettingError, match=name):
        read_settings(left)


@pytest.mark.parametrize("name", ["PASSERELLE_CHAT_URL", "PASSERELLE_DESK_URL"])
def test_production_refuses_plain_http(name):
    with pytest.raises(SettingError, match="https"):
        read_settings({**PRODUCTION, name: "http://plain.example/"})


def test_packages_lie_in_the_data_unless_told_otherwise(tmp_path):
    settings = read_settings({"PASSERELLE_DATA": str(tmp_path)})
    assert settings.packages == tmp_path / "languages"
    assert settings.package_pins == tmp_path / "languages" / "pins.txt"
    assert settings.translator_socket == tmp_path / "translator.sock"
    moved = read_settings({"PASSERELLE_PACKAGES": str(tmp_path / "else")})
    assert moved.package_pins == tmp_path / "else" / "pins.txt"


def test_production_starts_when_all_is_there():
    assert read_settings(PRODUCTION).production


@pytest.mark.parametrize("secret", ["", "short", "x" * 15])
def test_telegram_updates_need_a_secret(secret):
    given = {
        "TELEGRAM_WEBHOOK_URL": "https://chat.example/hook",
        "TELEGRAM_WEBHOOK_SECRET": secret,
    }
    with pytest.raises(SettingError, match="TELEGRAM_WEBHOOK_SECRET"):
        read_settings(given)


@pytest.mark.promise(13)
def test_secrets_print_stars():
    """Settings may be printed by accident; a secret may not."""
    values = {
        "PASSERELLE_SECRET": SECRET,
        "TELEGRAM_BOT_TOKEN": "12345:token",
        "DATABASE_URL": "postgresql://user:password@host/db",
        "TELEGRAM_WEBHOOK_SECRET": "0123456789abcdef",
    }
    shown = repr(read_settings(values))
    assert not [value for value in values.values() if value in shown]
    assert repr(Secret("x")) == "'****'"


def test_every_setting_is_read_under_its_own_name():
    names = [setting.name for setting in SETTINGS]
    assert len(names) == len(set(names))
    assert all(setting.help.endswith(".") for setting in SETTINGS)


def test_every_setting_is_explained_in_the_readme():
    readme = README.read_text(encoding="utf-8")
    assert [s.name for s in SETTINGS if f"`{s.name}`" not in readme] == []


def test_the_house_secret_is_made_once_and_kept(tmp_path):
    settings = read_settings({"PASSERELLE_DATA": str(tmp_path)})
    first = house_secret(settings)
    assert first == house_secret(settings)
    assert len(first) == 32
    kept = next((tmp_path / "keys").iterdir())
    assert kept.stat().st_mode & 0o077 == 0


def test_the_house_secret_can_be_given():
    settings = read_settings({"PASSERELLE_SECRET": SECRET})
    assert house_secret(settings) == base64.b64decode(SECRET)


@pytest.mark.parametrize("secret", ["weak", "%%%", base64.b64encode(b"x").decode()])
def test_a_weak_house_secret_is_refused(secret):
    with pytest.raises(SettingError, match="PASSERELLE_SECRET"):
        house_secret(read_settings({"PASSERELLE_SECRET": secret}))
