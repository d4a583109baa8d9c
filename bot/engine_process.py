"""How Rasa is started: alone, on loopback, silent, with nothing worth stealing."""

import os
from pathlib import Path

from bot.errors import SettingError
from bot.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
RASA = ROOT / ".engine" / "bin" / "rasa"
HOME = ROOT / "var" / "engine-home"
MODEL = ROOT / "var" / "models" / "passerelle.tar.gz"


def engine_command(settings: Settings) -> list[str]:
    """The command line of the engine process.

    Raises:
        SettingError: Rasa or its model is not there yet.
    """
    for path, what in ((RASA, "The engine"), (MODEL, "The engine's model")):
        if not path.exists():
            raise SettingError(f"{what} is not there yet; `make setup` makes it.")
    return [
        str(RASA),
        "run",
        "--enable-api",
        "--interface",
        "127.0.0.1",
        "--port",
        str(settings.engine_port),
        "--model",
        str(MODEL),
        "--endpoints",
        str(ROOT / "nlu_data" / "endpoints.yml"),
        "--credentials",
        str(ROOT / "nlu_data" / "credentials.yml"),
    ]


def engine_environment(settings: Settings) -> dict[str, str]:
    """The engine's environment: none of ours but the address of the actions."""
    kept = {k: v for k, v in os.environ.items() if k in {"PATH", "LANG", "TZ"}}
    HOME.mkdir(parents=True, exist_ok=True)
    return kept | {
        "HOME": str(HOME),  # Rasa writes settings there
        "RASA_TELEMETRY_ENABLED": "false",
        "PASSERELLE_ACTION_PORT": str(settings.action_port),
        # Rasa's debug events quote what people wrote; only failures are told.
        "LOG_LEVEL": "ERROR",
        "LOG_LEVEL_LIBRARIES": "ERROR",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "SANIC_WORKERS": "1",
        "PYTHONWARNINGS": "ignore",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "OMP_NUM_THREADS": "1",
    }
