"""What only the engine's Python can measure: training, parsing, cross-validation.

Run by `make languages` with `.engine/bin/python bench/nlu_side.py WORK REQUEST`, where
REQUEST is JSON on standard input and the answer a file.
"""

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
NLU_DATA = ROOT / "nlu_data"
LOOKUP = NLU_DATA / "lookup"
FOLDS = 5
Example = tuple[str, str, str]  # language, intent, text


def main(arguments: Sequence[str]) -> int:
    """Answer the request on standard input in the file given."""
    sys.path.insert(0, str(ROOT))  # where the pipeline finds our own parts of it
    request = json.load(sys.stdin)
    work = {"model": measure_model, "folds": measure_folds}[request["work"]]
    Path(arguments[0]).write_text(json.dumps(work(request), ensure_ascii=False))
    return 0


def measure_model(request: Mapping[str, Any]) -> dict[str, Any]:
    """Train one pipeline on the language files and let it read the texts."""
    out = Path(request["out"])
    with_tables = request["with_tables"]
    seconds = _train(Path(request["config"]), out, with_tables=with_tables)
    from rasa.core.agent import Agent  # importing it takes seconds: only here

    agent = Agent.load(str(out))
    rankings, times = asyncio.run(_parse_all(agent, request["texts"]))
    return {"train_seconds": seconds, "rankings": rankings, "milliseconds": times}


def _train(config: Path, out: Path, *, with_tables: bool) -> float:
    name = out.name.removesuffix(".tar.gz")
    command = [Path(sys.executable).with_name("rasa"), "train", "nlu"]
    options = ["--config", config, "--out", out.parent, "--fixed-model-name", name]
    with tempfile.TemporaryDirectory() as folder:
        for path in _files():  # Rasa takes one folder, and control's lists are not its
            shutil.copy(path, Path(folder) / f"{path.parent.name}-{path.name}")
        for path in _tables() if with_tables else ():
            shutil.copy(path, Path(folder) / f"lookup-{path.name}")
        words = [*command, *options, "--nlu", folder]
        began = time.monotonic()
        with out.with_name(f"{name}.log").open("wb") as log:
            subprocess.run([str(w) for w in words], check=True, stdout=log, stderr=log)
        return time.monotonic() - began


async def _parse_all(
    agent: Any, texts: Sequence[str]
) -> tuple[list[list[tuple[str, float]]], list[float]]:
    rankings, times = [], []
    await agent.parse_message("?")  # the first one pays for what is built late
    for text in texts:
        began = time.perf_counter()
        answer = await agent.parse_message(text.replace("/", " "))
        times.append(1000 * (time.perf_counter() - began))
        ranking = answer["intent_ranking"] or [answer["intent"]]
        rankings.append([(row["name"], float(row["confidence"])) for row in ranking])
    return rankings, times


def measure_folds(_: Mapping[str, Any]) -> dict[str, Any]:
    """Each training example read by a model that never saw it, nor its language."""
    examples = sorted(_examples())
    fifths = [examples[start::FOLDS] for start in range(FOLDS)]
    languages = sorted({language for language, _, _ in examples})
    return {
        "folds": [row for held_out in fifths for row in _read(examples, held_out)],
        "languages": [
            row
            for language in languages
            for row in _read(examples, [e for e in examples if e[0] == language])
        ],
    }


def _read(
    examples: Sequence[Example], held_out: Sequence[Example]
) -> Iterator[dict[str, Any]]:
    from nlu_data.topics import TopicClassifier  # it brings Rasa: only here

    hidden = set(held_out)
    seen = [example for example in examples if example not in hidden]
    classifier = TopicClassifier(TopicClassifier.get_default_config(), None, None)
    texts, intents = [e[2] for e in seen], [e[1] for e in seen]
    classifier.learn(texts, intents, list(_entries()))
    for language, intent, text in held_out:
        ranking = classifier.rank(text)
        yield {"lang": language, "wanted": intent, "text": text, "ranking": ranking}


def _files() -> Iterator[Path]:
    known = yaml.safe_load((NLU_DATA / "languages.yml").read_text(encoding="utf-8"))
    enabled = {one["tag"] for one in known["languages"] if one["enabled"]}
    for path in sorted(NLU_DATA.glob("*/*.yml")):
        if path.parent.name in enabled and path.stem != "control":
            yield path


def _tables() -> list[Path]:
    tags = {path.parent.name for path in _files()}
    return [path for path in sorted(LOOKUP.glob("*.yml")) if path.stem in tags]


def _entries() -> Iterator[tuple[str, str]]:
    for path in _tables():
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                yield block["lookup"], line.strip().removeprefix("-").strip()


def _examples() -> Iterator[Example]:
    for path in _files():
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                if text := line.strip().removeprefix("-").strip():
                    yield path.parent.name, block["intent"], text


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
