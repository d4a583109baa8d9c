"""`make languages`: what is understood, per language, as in a conversation."""

import argparse
import asyncio
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import yaml

from bench.pipelines import (
    VAR,
    Test,
    fold_figures,
    fold_table,
    measure_pipelines,
    pipeline_table,
    rows_of,
)
from bench.processes import ROOT
from bench.scores import Answer, is_reached, table
from bot.commands.understand import (
    Understanding,
    load_understanding,
    own_engine,
    wait_for,
)
from bot.engine import RasaEngine
from bot.intake.rules import ALARM, SURE
from bot.language.languages import Languages
from bot.rule_book import RuleBook
from bot.settings import Settings, read_settings
from bot.wiring import NLU_DATA

TESTS = ROOT / "tests" / "nlu_data"
RESULT = VAR / "result.json"
OUTSIDE = {"control", "known_failures"}


def main() -> int:
    """Print the tables, whatever they say, and keep them as JSON."""
    parser = argparse.ArgumentParser(prog="make languages", description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="list what goes wrong")
    parser.add_argument(
        "--failures", action="store_true", help="rewrite every known_failures.yml"
    )
    parser.add_argument(
        "--folds", action="store_true", help="cross-validate on the training examples"
    )
    parser.add_argument(
        "--diet", type=int, metavar="EPOCHS", help="train Rasa's default pipeline too"
    )
    arguments = parser.parse_args()
    VAR.mkdir(parents=True, exist_ok=True)
    tests = list(read_tests())
    with own_engine(read_settings()) as settings:
        answers = asyncio.run(_converse(tests, settings))
    if arguments.failures:
        write_failures(answers)
    result: dict[str, Any] = {"languages": rows_of(answers)}
    print(f"{table(result['languages'])}\n\n{_missed(result['languages'])}")
    result["pipelines"] = dict(measure_pipelines(tests, arguments.diet))
    print(f"\n{pipeline_table(result['pipelines'])}")
    if arguments.folds:
        result["folds"] = fold_figures()
        print(f"\n{fold_table(result['folds'])}")
    if arguments.wrong:
        print("\n".join(["", *map(_complaint, answers_wrong(answers))]))
    _keep(result)
    return 0


def read_tests() -> Iterator[Test]:
    """Every test utterance of the enabled languages: language, intent, words."""
    enabled = {one.tag for one in Languages(NLU_DATA / "languages.yml").enabled}
    for path in sorted(TESTS.glob("*/*.yml")):
        if path.parent.name in enabled and path.stem not in OUTSIDE:
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
            for text in data["utterances"]:
                yield path.parent.name, data["intent"], str(text)


def answers_wrong(answers: Sequence[Answer]) -> list[Answer]:
    """What is not understood rightly, surest first."""
    wrong = (a for a in answers if not a.is_right)
    return sorted(wrong, key=lambda a: (a.lang, -a.confidence))


def write_failures(answers: Sequence[Answer]) -> None:
    """List for each language the tests that fail now; a test holds us to the list."""
    for lang in sorted({a.lang for a in answers}):
        failing = [
            {"intent": a.wanted, "utterance": a.text, "why": why(a)}
            for a in answers
            if a.lang == lang and a.is_failure
        ]
        data = {"language": lang, "known_failures": failing}
        text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000)
        (TESTS / lang / "known_failures.yml").write_text(text, encoding="utf-8")


def why(answer: Answer) -> str:
    """What happens instead of what should."""
    if answer.asks_back:
        return "asks back instead of giving the numbers"
    return f"taken for {answer.intent}"


async def _converse(tests: Sequence[Test], settings: Settings) -> list[Answer]:
    """All tests through control and a running engine, as people's words go."""
    async with RasaEngine(settings.engine_url, RuleBook(NLU_DATA)) as engine:
        await wait_for(engine)
        understanding = load_understanding(engine)
        return [await answer_of(understanding, test) for test in tests]


async def answer_of(understanding: Understanding, test: Test) -> Answer:
    """What becomes of one test utterance."""
    lang, wanted, text = test
    heard = await understanding.hear(text)
    intent, confidence = heard.intent or "", heard.confidence
    return Answer(
        lang, wanted, text, intent, confidence, heard.offered, heard.asks_back
    )


def _missed(rows: Mapping[str, Mapping[str, float]]) -> str:
    missed = [
        f"{lang} {name} {value:.3f}"
        for lang, row in rows.items()
        for name, value in row.items()
        if not is_reached(name, value)
    ]
    sentence = f"Acting from {SURE} (danger, self-harm: {ALARM})."
    return f"{sentence} Missed: {', '.join(missed)}." if missed else sentence


def _complaint(answer: Answer) -> str:
    sure = "asks back" if answer.asks_back else "SURE"
    found = f"{answer.intent} {answer.confidence:.2f} {sure}"
    return f"{answer.lang}  {answer.wanted} -> {found}: {answer.text}"


def _keep(result: Mapping[str, Any]) -> None:
    kept = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "sure": SURE,
        "alarm": ALARM,
        "load": os.getloadavg()[0],
        **result,
    }
    RESULT.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
    print(f"\nKept in {RESULT.relative_to(ROOT)}.")


if __name__ == "__main__":
    raise SystemExit(main())
