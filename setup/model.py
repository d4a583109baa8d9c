"""The engine's model, trained again only when what it learns from changed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from pythons import ENGINE, REQUIREMENTS
from step import ROOT, VAR, Failed, Step, command, log_path

CONFIG = ROOT / "config.yml"
NLU_DATA = ROOT / "nlu_data"
DOMAIN = NLU_DATA / "domain"
RULES = NLU_DATA / "rules"
LANGUAGES = NLU_DATA / "languages.yml"
# The validator wants examples for every intent, also for those of buttons alone.
TECHNICAL = NLU_DATA / "technical.yml"
# What the application recognises by itself; the engine never reads it.
NOT_TRAINED = {"control.yml"}
LOOKUP = NLU_DATA / "lookup"
NAME = "passerelle"
MODEL = VAR / "models" / f"{NAME}.tar.gz"
HASH = VAR / "models" / f"{NAME}.hash"
WARNING = re.compile(r"rasa/shared/utils/io\.py:\d+: (\w*Warning: .*)")


def model_step() -> Step:
    """A model made by this machine from this checkout, or none at all."""
    return Step(
        name="model",
        says="training the engine",
        do=_train,
        inputs=_inputs,
        makes=lambda: [MODEL],
        stamp=HASH,
    )


def data_step() -> Step:
    """The engine's own check that domain, rules and examples fit together."""
    return Step(
        name="data",
        says="rasa data validate",
        do=_validate,
        inputs=_inputs,
        makes=list,
    )


def languages() -> list[Path]:
    """The folders of the languages that are spoken already."""
    rows = LANGUAGES.read_text(encoding="utf-8").split("\n- tag: ")[1:]
    enabled = (row.split()[0] for row in rows if "\n  enabled: true" in row)
    return sorted(NLU_DATA / tag for tag in enabled)


def lookups() -> list[Path]:
    """The lookup tables of those languages: their words, by what they are about."""
    tables = (LOOKUP / f"{folder.name}.yml" for folder in languages())
    return [path for path in tables if path.is_file()]


def _inputs() -> Iterator[Path]:
    yield from (CONFIG, LANGUAGES, REQUIREMENTS / "engine.txt")
    for folder in (DOMAIN, RULES, *languages()):
        found = folder.rglob("*.yml")
        yield from (path for path in found if path.name not in NOT_TRAINED)
    yield from lookups()
    yield from NLU_DATA.glob("*.py")


def _train() -> None:
    made_in = VAR / "models" / "new"
    shutil.rmtree(made_in, ignore_errors=True)
    # Validation is a check of its own (data_step): a start need not wait for it.
    # Forced: Rasa would keep a part trained before, though what it imports changed.
    how = ("--out", made_in, "--skip-validation", "--force")
    named = ("--fixed-model-name", NAME, *how)
    _rasa("model", "train", *_data(), *named)
    # The old hash goes first: a model is never found beside another's hash.
    HASH.unlink(missing_ok=True)
    (made_in / MODEL.name).replace(MODEL)
    made_in.rmdir()


def _validate() -> None:
    _rasa("data", "data", "validate", "--fail-on-warnings", *_data(), TECHNICAL)
    # Rasa lets some warnings pass, such as an intent that no rule uses.
    if warned := WARNING.findall(log_path("data").read_text(errors="replace")):
        raise Failed("\n".join(warned))


def _data() -> tuple[str | Path, ...]:
    whole = ("--config", CONFIG, "--domain", DOMAIN)
    return (*whole, "--data", RULES, *languages(), *lookups())


def _rasa(log: str, *words: str | Path) -> None:
    command(log, ENGINE / "bin" / "rasa", *words, env=_environment())


def _environment() -> Mapping[str, str]:
    # Rasa writes settings into the home folder: it gets one of its own.
    home = VAR / "engine-home"
    home.mkdir(parents=True, exist_ok=True)
    return {
        "HOME": str(home),
        "RASA_CACHE_DIRECTORY": str(VAR / "models" / "cache"),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }
