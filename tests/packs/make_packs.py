"""Makes the tiny translation packages of the tests from sentences.tsv.

    python3.11 -m venv ENV
    ENV/bin/pip install torch==2.13.0 ctranslate2==4.8.5 sentencepiece==0.2.3 numpy
    ENV/bin/python tests/packs/make_packs.py

It takes about a minute of one core for each package. Torch is far too large for the
set-up of this project, so the finished packages are kept beside this script. They are
real: a sentencepiece model and a small transformer in CTranslate2's format, laid out
as Argos Translate's own packages are. They know these sentences and nothing else.
"""

import json
import random
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np
import sentencepiece
import torch
from torch import nn

HERE = Path(__file__).resolve().parent
COLUMNS = ("fr", "en", "ar")
NAMES = {"fr": "French", "en": "English", "ar": "Arabic"}
DIRECTIONS = (("fr", "en"), ("en", "fr"), ("en", "ar"), ("ar", "en"))
VERSION = "1.0"
PIECES, WIDTH, HEADS, INNER, LAYERS = 300, 64, 4, 256, 2
STEPS, BATCH, SEED = 1000, 48, 7
UNKNOWN, BEGIN, END = 0, 1, 2
_LOG_10000 = 9.210340371976184
README = """# {source} to {target}, for tests only

A tiny package that knows the {count} sentences of `tests/packs/sentences.tsv` and
nothing else: it invents an answer to every other sentence. Never give it to people.

The sentences were written for this project and the model was trained from them alone,
by `tests/packs/make_packs.py`. Licence: AGPL-3.0-or-later, as the project.
"""


@dataclass(frozen=True)
class Direction:
    """One package: its languages and their sentences, side by side."""

    source: str
    target: str
    pairs: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        version = VERSION.replace(".", "_")
        return f"translate-{self.source}_{self.target}-{version}"


class Transformer(nn.Module):
    """What CTranslate2 computes: pre-norm, tied embeddings, its own sinusoids."""

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(pieces, WIDTH)
        nn.init.normal_(self.embedding.weight, std=WIDTH**-0.5)
        shape = {"dim_feedforward": INNER, "batch_first": True, "norm_first": True}
        encoder = nn.TransformerEncoderLayer(WIDTH, HEADS, dropout=0.0, **shape)
        decoder = nn.TransformerDecoderLayer(WIDTH, HEADS, dropout=0.0, **shape)
        self.encoder = nn.TransformerEncoder(
            encoder, LAYERS, nn.LayerNorm(WIDTH), enable_nested_tensor=False
        )
        self.decoder = nn.TransformerDecoder(decoder, LAYERS, nn.LayerNorm(WIDTH))

    def forward(self, source, target):
        hidden = source == UNKNOWN  # no sentence of ours holds an unknown piece
        later = nn.Transformer.generate_square_subsequent_mask(target.shape[1])
        memory = self.encoder(self._embed(source), src_key_padding_mask=hidden)
        state = self.decoder(
            self._embed(target),
            memory,
            tgt_mask=later,
            tgt_is_causal=True,
            memory_key_padding_mask=hidden,
        )
        return state @ self.embedding.weight.T

    def _embed(self, tokens):
        return self.embedding(tokens) * WIDTH**0.5 + _positions(tokens.shape[1])


def _positions(length: int):
    """CTranslate2's table: it counts from one, sines first and then cosines."""
    half = WIDTH // 2
    scales = torch.exp(torch.arange(half) * -(_LOG_10000 / (half - 1)))
    angles = torch.arange(1, length + 1)[:, None] * scales[None, :]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


def main(wanted: list[str]) -> None:
    """Make every package, or those named (such as `fr_en`)."""
    torch.set_num_threads(1)
    for direction in _directions():
        if not wanted or f"{direction.source}_{direction.target}" in wanted:
            _make(direction)


def _directions() -> Iterator[Direction]:
    lines = (HERE / "sentences.tsv").read_text(encoding="utf-8").splitlines()
    rows = [dict(zip(COLUMNS, line.split("\t"), strict=True)) for line in lines]
    for source, target in DIRECTIONS:
        yield Direction(
            source, target, tuple((row[source], row[target]) for row in rows)
        )


def _make(direction: Direction) -> None:
    with tempfile.TemporaryDirectory() as made:
        root = Path(made) / direction.name
        root.mkdir()
        tokenizer = _train_tokenizer(direction, root)
        model = _train_model(direction, tokenizer)
        _save_model(model, tokenizer, root / "model")
        _describe(direction, root)
        exact = _count_exact(direction, tokenizer, root / "model")
        packed = _pack(root)
    shown = f"{packed.stat().st_size} bytes, {exact} of {len(direction.pairs)} exact"
    sys.stdout.write(f"{packed.name}: {shown}\n")


def _train_tokenizer(
    direction: Direction, root: Path
) -> sentencepiece.SentencePieceProcessor:
    texts = [text for pair in _variants(direction) for text in pair]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_prefix=str(root / "sentencepiece"),
        vocab_size=PIECES,
        character_coverage=1.0,
        # The usual rules are a table of 240 KB; ours needs none.
        normalization_rule_name="identity",
        minloglevel=2,
        num_threads=1,
    )
    (root / "sentencepiece.vocab").unlink()
    path = str(root / "sentencepiece.model")
    return sentencepiece.SentencePieceProcessor(model_file=path)


def _variants(direction: Direction) -> Iterator[tuple[str, str]]:
    """The sentences as written, and as people type them."""
    for source, target in direction.pairs:
        yield source, target
        yield source.rstrip(".؟?").rstrip(), target
        yield source.lower(), target


def _train_model(
    direction: Direction, tokenizer: sentencepiece.SentencePieceProcessor
) -> Transformer:
    torch.manual_seed(SEED)
    dice = random.Random(SEED)
    pairs = [
        (tokenizer.encode(source), tokenizer.encode(target))
        for source, target in sorted(set(_variants(direction)))
    ]
    model = Transformer(tokenizer.get_piece_size())
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.0)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=STEPS)
    loss_of = nn.CrossEntropyLoss(ignore_index=UNKNOWN)
    for step in range(STEPS):
        chosen = dice.sample(pairs, BATCH)
        rows = [(source, [BEGIN, *to], [*to, END]) for source, to in chosen]
        source, before, after = _batch(rows + [_skip(pair, dice) for pair in chosen])
        loss = loss_of(model(source, before).flatten(0, 1), after.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        rates.step()
        if step % 100 == 99:
            sys.stdout.write(f"  {direction.name} {step + 1}: {loss.item():.4f}\n")
    return model


def _skip(pair, dice):
    """A target with a piece left out, which from there on never comes to an end.

    So small a model is so sure of itself that its search would otherwise be content
    with the first four sentences that are over, and those are the ones with a gap.
    """
    source, to = pair
    gap = dice.randrange(len(to))
    before = [BEGIN, *to[:gap], *to[gap + 1 :]]
    return source, before, to[: gap + 1] + [BEGIN] * (len(to) - gap - 1)


def _batch(rows):
    def pad(row):
        width = max(map(len, row))
        return torch.tensor([one + [UNKNOWN] * (width - len(one)) for one in row])

    return tuple(pad(row) for row in zip(*rows, strict=True))


def _save_model(
    model: Transformer, tokenizer: sentencepiece.SentencePieceProcessor, folder: Path
) -> None:
    spec = ctranslate2.specs.TransformerSpec.from_config(
        (LAYERS, LAYERS), HEADS, pre_norm=True
    )
    embedding = _array(model.embedding.weight)
    spec.encoder.embeddings[0].weight = embedding
    spec.decoder.embeddings.weight = embedding
    spec.decoder.projection.weight = embedding
    spec.decoder.projection.bias = np.zeros(len(embedding), dtype=np.float32)
    _set_norm(spec.encoder.layer_norm, model.encoder.norm)
    _set_norm(spec.decoder.layer_norm, model.decoder.norm)
    for layer, ours in zip(spec.encoder.layer, model.encoder.layers, strict=True):
        _set_attention(layer.self_attention, ours.self_attn, ours.norm1)
        _set_inner(layer.ffn, ours, ours.norm2)
    for layer, ours in zip(spec.decoder.layer, model.decoder.layers, strict=True):
        _set_attention(layer.self_attention, ours.self_attn, ours.norm1)
        _set_crossing(layer.attention, ours.multihead_attn, ours.norm2)
        _set_inner(layer.ffn, ours, ours.norm3)
    pieces = [tokenizer.id_to_piece(n) for n in range(tokenizer.get_piece_size())]
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    spec.config.unk_token, spec.config.bos_token = pieces[UNKNOWN], pieces[BEGIN]
    spec.config.eos_token, spec.config.decoder_start_token = pieces[END], pieces[BEGIN]
    spec.config.add_source_bos = spec.config.add_source_eos = False
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir()
    spec.save(str(folder))


def _set_norm(spec, norm) -> None:
    spec.gamma, spec.beta = _array(norm.weight), _array(norm.bias)


def _set_linear(spec, weight, bias) -> None:
    spec.weight, spec.bias = _array(weight), _array(bias)


def _set_attention(spec, attention, norm) -> None:
    _set_norm(spec.layer_norm, norm)
    _set_linear(spec.linear[0], attention.in_proj_weight, attention.in_proj_bias)
    _set_linear(spec.linear[1], attention.out_proj.weight, attention.out_proj.bias)


def _set_crossing(spec, attention, norm) -> None:
    """Attention to the source: CTranslate2 keeps the query apart."""
    weight, bias = attention.in_proj_weight, attention.in_proj_bias
    _set_norm(spec.layer_norm, norm)
    _set_linear(spec.linear[0], weight[:WIDTH], bias[:WIDTH])
    _set_linear(spec.linear[1], weight[WIDTH:], bias[WIDTH:])
    _set_linear(spec.linear[2], attention.out_proj.weight, attention.out_proj.bias)


def _set_inner(spec, layer, norm) -> None:
    _set_norm(spec.layer_norm, norm)
    _set_linear(spec.linear_0, layer.linear1.weight, layer.linear1.bias)
    _set_linear(spec.linear_1, layer.linear2.weight, layer.linear2.bias)


def _array(tensor) -> np.ndarray:
    return tensor.detach().numpy().astype(np.float32)


def _describe(direction: Direction, root: Path) -> None:
    source, target = NAMES[direction.source], NAMES[direction.target]
    metadata = {
        "package_version": VERSION,
        "argos_version": "1.5",
        "from_code": direction.source,
        "from_name": source,
        "to_code": direction.target,
        "to_name": target,
    }
    (root / "metadata.json").write_text(json.dumps(metadata, indent=1) + "\n")
    told = README.format(source=source, target=target, count=len(direction.pairs))
    (root / "README.md").write_text(told)


def _count_exact(
    direction: Direction,
    tokenizer: sentencepiece.SentencePieceProcessor,
    folder: Path,
) -> int:
    translator = ctranslate2.Translator(str(folder), intra_threads=1)
    sources = [tokenizer.encode(text, out_type=str) for text, _ in direction.pairs]
    results = translator.translate_batch(sources, beam_size=4, max_batch_size=32)
    return sum(
        tokenizer.decode_pieces(result.hypotheses[0]) == target
        for result, (_, target) in zip(results, direction.pairs, strict=True)
    )


def _pack(root: Path) -> Path:
    """One folder at the root of the zip; the same bytes from the same files."""
    packed = HERE / f"{root.name}.argosmodel"
    part = packed.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in root.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(root.parent).as_posix())
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    shutil.move(part, packed)
    return packed


if __name__ == "__main__":
    main(sys.argv[1:])
