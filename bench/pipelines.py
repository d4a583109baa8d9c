"""What the engine's own Python measures: pipelines beside one another, and folds."""

import json
import os
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.processes import ROOT
from bench.scores import Answer, columns, figures, mean, table
from bot.commands.understand import is_acted_on
from bot.wiring import offered_intents

VAR = ROOT / "var" / "languages"
ALL = "all"
ENGINE_PYTHON = ROOT / ".engine" / "bin" / "python"
Test = tuple[str, str, str]  # language, intent, text
# What `rasa init` proposes; the epochs are ours to say.
DIET = """
recipe: default.v1
language: en
pipeline:
- name: WhitespaceTokenizer
- name: RegexFeaturizer
- name: LexicalSyntacticFeaturizer
- name: CountVectorsFeaturizer
- name: CountVectorsFeaturizer
  analyzer: char_wb
  min_ngram: 1
  max_ngram: 4
- name: DIETClassifier
  epochs: {epochs}
  constrain_similarities: true
  random_seed: 42
- name: EntitySynonymMapper
- name: ResponseSelector
  epochs: {epochs}
  constrain_similarities: true
- name: FallbackClassifier
  threshold: 0.3
  ambiguity_threshold: 0.1
policies: []
"""
LEVELS = [n / 20 for n in range(4, 20)]  # confidences from which one might act


def rows_of(answers: Sequence[Answer]) -> dict[str, dict[str, float]]:
    """The figures of each language and of all together."""
    topics = offered_intents()
    languages = sorted({a.lang for a in answers})
    rows = {
        lang: figures([a for a in answers if a.lang == lang], topics)
        for lang in languages
    }
    return rows | {ALL: figures(answers, topics)}


def measure_pipelines(
    tests: Sequence[Test], epochs: int | None
) -> Iterator[tuple[str, dict[str, float]]]:
    """Engines alone, without control: ours, and Rasa's default if asked for."""
    yield "ours", _measure(ROOT / "config.yml", "ours", tests)
    if epochs is not None:
        config = VAR / "diet.yml"
        config.write_text(DIET.format(epochs=epochs))
        yield f"Rasa's default, {epochs} epochs", _measure(config, "diet", tests)


def _measure(config: Path, name: str, tests: Sequence[Test]) -> dict[str, float]:
    out = VAR / f"{name}.tar.gz"
    request = {
        "work": "model",
        "config": str(config),
        "out": str(out),
        "texts": [text for _, _, text in tests],
        # Rasa's default makes one pattern of each table: too slow to wait for.
        "with_tables": name == "ours",
    }
    measured = _ask_engine_side(request)
    topics = offered_intents()
    answers = [
        _answer_by(*test, ranking, topics)
        for test, ranking in zip(tests, measured["rankings"], strict=True)
    ]
    return {
        "train_seconds": measured["train_seconds"],
        "parse_milliseconds": statistics.median(measured["milliseconds"]),
        "megabytes": out.stat().st_size / 1e6,
        **figures(answers, topics),
    }


def _answer_by(
    lang: str,
    wanted: str,
    text: str,
    ranking: Sequence[tuple[str, float]],
    topics: frozenset[str],
) -> Answer:
    intent, confidence = ranking[0]
    offered = tuple([name for name, _ in ranking if name in topics][:3])
    asks_back = not is_acted_on(intent, confidence)
    return Answer(lang, wanted, text, intent, confidence, offered, asks_back)


def _ask_engine_side(request: Mapping[str, Any]) -> dict[str, Any]:
    """Have the engine's own Python do it, with nothing kept from earlier runs."""
    with tempfile.TemporaryDirectory(dir=VAR) as folder:
        answer = Path(folder) / "answer.json"
        home = {"HOME": folder, "RASA_CACHE_DIRECTORY": f"{folder}/cache"}
        quiet = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}
        with (VAR / "engine_side.log").open("wb") as log:
            subprocess.run(
                [str(ENGINE_PYTHON), str(ROOT / "bench" / "nlu_side.py"), str(answer)],
                input=json.dumps(request).encode(),
                env={**os.environ, **home, **quiet},
                cwd=ROOT,
                stdout=log,
                stderr=log,
                check=True,
            )
        found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
        return found


_PIPELINE_HEAD = {
    "train_seconds": "train, s",
    "parse_milliseconds": "parse, ms",
    "megabytes": "model, MB",
    "macro_f1": "macro-F1",
    "offered": "in three",
    "wrong_and_sure": "wrong, sure",
}


def pipeline_table(rows: Mapping[str, Mapping[str, float]]) -> str:
    """One line for each pipeline."""
    head = ("engine alone", *_PIPELINE_HEAD.values())
    body = [
        (label, *(f"{row[name]:.3g}" for name in _PIPELINE_HEAD))
        for label, row in rows.items()
    ]
    return columns([head, *body])


def fold_figures() -> dict[str, Any]:
    """How training examples fare that the model never saw, from each confidence."""
    measured = _ask_engine_side({"work": "folds"})
    topics = offered_intents()
    seen, strange = (
        [
            _answer_by(row["lang"], row["wanted"], row["text"], row["ranking"], topics)
            for row in measured[name]
        ]
        for name in ("folds", "languages")
    )
    return {
        "held_out": rows_of(seen),
        "language_held_out": rows_of(strange),
        "levels": {str(level): _level(seen, level) for level in LEVELS},
    }


def _level(answers: Sequence[Answer], level: float) -> dict[str, float]:
    """What acting from this confidence would mean."""
    alarms = [a for a in answers if a.wanted in {"danger", "self_harm"}]
    others = [a for a in answers if a.wanted not in {"danger", "self_harm"}]
    above = [a for a in answers if a.confidence >= level]
    return {
        "acted_on": len(above) / len(answers),
        "wrong": sum(not a.is_right for a in above) / len(answers),
        "alarms": mean(a.is_right and a.confidence >= level for a in alarms),
        "false_alarms": mean(
            a.intent in {"danger", "self_harm"} and a.confidence >= level
            for a in others
        ),
    }


def fold_table(folds: Mapping[str, Any]) -> str:
    """Seen by nobody, in no language seen, and from which confidence to act."""
    levels = folds["levels"]
    names = list(next(iter(levels.values())))
    body = [(level, *(f"{row[n]:.3f}" for n in names)) for level, row in levels.items()]
    return "\n".join(
        [
            "Training examples that the model did not see (every fifth):",
            table(folds["held_out"]),
            "\nThe same, with the whole language not seen:",
            table(folds["language_held_out"]),
            "\nActing from a confidence:",
            columns([("from", *names), *body]),
        ]
    )
