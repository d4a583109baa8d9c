"""A package of the size of a public one, with random weights: as heavy, and mute."""

import json
import shutil
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np

from bench.processes import VAR
from tests.package_index import pack, remake

LAYERS, HEADS, WIDTH, INNER, PIECES = 6, 8, 512, 2048, 32_000
OUT = 14  # pieces of a short answer; random weights never end one by themselves
_NEVER = -1e4
LARGE = VAR / "packages"


def make_large_packages(directions: list[tuple[str, str]]) -> Path:
    """A folder with such a package for each direction; made once, then kept."""
    LARGE.mkdir(parents=True, exist_ok=True)
    first = _folder(directions[0])
    if not (first / "metadata.json").exists():
        _make(first, directions[0])
    for direction in directions[1:]:
        folder = _folder(direction)
        if not folder.exists():
            shutil.copytree(first, folder)
            _describe(folder, direction)
    return LARGE


class Short:
    """A translator that stops after as many pieces as a real one would say."""

    def __init__(self, *words: Any, **named: Any) -> None:
        self._inner = ctranslate2.Translator(*words, **named)

    def translate_batch(self, *words: Any, **named: Any) -> Any:
        """As CTranslate2's own, and no longer than a short answer."""
        return self._inner.translate_batch(*words, max_decoding_length=OUT, **named)


def _folder(direction: tuple[str, str]) -> Path:
    return LARGE / f"translate-{direction[0]}_{direction[1]}-1_0"


def _make(folder: Path, direction: tuple[str, str]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    tiny = remake(pack("fr", "en"), LARGE / "tiny.zip")
    shutil.unpack_archive(tiny, LARGE)
    (LARGE / pack("fr", "en").stem).rename(folder)
    tiny.unlink()
    vocabulary = json.loads((folder / "model" / "shared_vocabulary.json").read_text())
    shutil.rmtree(folder / "model")
    _save_model(vocabulary, folder / "model")
    _describe(folder, direction)


def _save_model(known: list[str], folder: Path) -> None:
    spec = ctranslate2.specs.TransformerSpec.from_config(
        (LAYERS, LAYERS), HEADS, pre_norm=True
    )
    _fill(spec, np.random.default_rng(7))
    # Its answers are made of pieces that can be read, and it never ends one itself.
    spec.decoder.projection.bias[len(known) :] = _NEVER
    spec.decoder.projection.bias[known.index("</s>")] = _NEVER
    pieces = [*known, *(f"<{n}>" for n in range(PIECES - len(known)))]
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.decoder_start_token = pieces[known.index("<s>")]
    spec.config.add_source_bos = spec.config.add_source_eos = False
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir()
    spec.save(str(folder))


def _fill(spec: Any, chance: np.random.Generator) -> None:
    embedding = _random(chance, PIECES, WIDTH)
    spec.encoder.embeddings[0].weight = embedding
    spec.decoder.embeddings.weight = embedding
    spec.decoder.projection.weight = embedding
    spec.decoder.projection.bias = np.zeros(PIECES, dtype=np.float32)
    for coder in (spec.encoder, spec.decoder):
        _norm(coder.layer_norm)
        for layer in coder.layer:
            _linear(chance, layer.self_attention, (3 * WIDTH, WIDTH), (WIDTH, WIDTH))
            _norm(layer.ffn.layer_norm)
            _set(chance, layer.ffn.linear_0, INNER, WIDTH)
            _set(chance, layer.ffn.linear_1, WIDTH, INNER)
    for layer in spec.decoder.layer:
        shapes = ((WIDTH, WIDTH), (2 * WIDTH, WIDTH), (WIDTH, WIDTH))
        _linear(chance, layer.attention, *shapes)


def _linear(chance: np.random.Generator, spec: Any, *shapes: tuple[int, int]) -> None:
    _norm(spec.layer_norm)
    for part, shape in zip(spec.linear, shapes, strict=True):
        _set(chance, part, *shape)


def _set(chance: np.random.Generator, spec: Any, rows: int, columns: int) -> None:
    spec.weight = _random(chance, rows, columns)
    spec.bias = np.zeros(rows, dtype=np.float32)


def _norm(spec: Any) -> None:
    spec.gamma = np.ones(WIDTH, dtype=np.float32)
    spec.beta = np.zeros(WIDTH, dtype=np.float32)


def _random(chance: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    return chance.standard_normal((rows, columns), dtype=np.float32) * WIDTH**-0.5


def _describe(folder: Path, direction: tuple[str, str]) -> None:
    path = folder / "metadata.json"
    told = json.loads(path.read_text())
    told |= {"from_code": direction[0], "to_code": direction[1]}
    path.write_text(json.dumps(told))
