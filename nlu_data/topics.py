"""The engine's own reader: what a sentence is about, in every language at once."""

import json
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, Dict, List, Text, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.optimize import minimize_scalar
from scipy.sparse import coo_matrix, csr_matrix
from scipy.special import log_softmax, softmax
from sklearn.feature_extraction import FeatureHasher
from sklearn.svm import LinearSVC

from nlu_data.lexicon import Lexicon, fold, single_signs


# Rasa's cache knows a component by the source of its class: all of it stands inside.
@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True
)
class TopicClassifier(GraphComponent, IntentClassifier):
    """Ranks intents by words and pieces of words, with confidence that can be trusted.

    A sparse linear model: it trains in seconds, answers in a millisecond, needs no
    spaces between words, and forgives typos and missing accents. The same text gives
    the same answer on every machine.
    """

    BLOCK_BITS = 21  # columns of each block before those never seen are dropped
    HELD_OUT = 5  # every fifth example measures how sure the model may be

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """What config.yml may change."""
        return {
            "cost": 1.0,  # how much a wrong example weighs against a simple model
            "word_weight": 0.7,  # words and pairs of words, beside pieces of words
            "longest_piece": 4,  # letters
            "concept_weight": 1.0,  # what the lookup tables say of the words
            "reach": 3,  # words that a pair may lie apart
        }

    def __init__(
        self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource
    ) -> None:
        """Nothing is read or learned yet."""
        self._config = config
        self._storage = storage
        self._resource = resource
        self._hasher = FeatureHasher(
            2**self.BLOCK_BITS, input_type="string", alternate_sign=False
        )
        self._model: dict[str, np.ndarray] = {}
        self._place = np.empty(0, np.int32)
        self._lexicon = Lexicon(())

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "TopicClassifier":
        """A classifier that knows nothing yet."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "TopicClassifier":
        """The classifier as it was trained: plain numbers, no code."""
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            stored = np.load(folder / "topics.npz", allow_pickle=False)
            model = {name: stored[name] for name in stored.files}
        classifier.take(model)
        classifier.read_tables(model["lookup"])
        return classifier

    @classmethod
    def required_components(cls) -> List[Type]:
        """None: it reads the text itself."""
        return []

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every example, and keep what was learned."""
        rows = sorted(
            (e.get(INTENT), e.get(TEXT)) for e in training_data.intent_examples
        )
        entries = [
            (table["name"], entry)
            for table in training_data.lookup_tables
            for entry in table["elements"]
        ]
        self.learn([text for _, text in rows], [intent for intent, _ in rows], entries)
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / "topics.npz", **self._model)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Give each message its intents, best first, with confidences."""
        for message in messages:
            ranking = [
                {"name": name, "confidence": confidence}
                for name, confidence in self.rank(message.get(TEXT) or "")
            ]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def learn(
        self,
        texts: Sequence[str],
        intents: Sequence[str],
        entries: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Learn which features speak for which intent, and how sure to be of it."""
        self._lexicon = Lexicon(entries)
        tables = np.frombuffer(json.dumps(entries).encode(), np.uint8)
        hashed = self._hash(texts)
        held_out = np.arange(len(texts)) % self.HELD_OUT == 0
        names, wanted = np.unique(intents, return_inverse=True)
        self._fit(hashed[~held_out], wanted[~held_out], names)
        scale = self._measure_scale(hashed[held_out], wanted[held_out])
        self._fit(hashed, wanted, names)
        self._model |= {"scale": np.array(scale), "lookup": tables}

    def take(self, model: dict[str, np.ndarray]) -> None:
        """Use these numbers from now on."""
        self._model = model
        self._place = np.full(3 * 2**self.BLOCK_BITS, -1, np.int32)
        self._place[model["columns"]] = np.arange(len(model["columns"]))

    def read_tables(self, tables: np.ndarray) -> None:
        """Know the words of these lookup tables."""
        self._lexicon = Lexicon(json.loads(tables.tobytes()))

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Every intent with its confidence, best first."""
        row = self._weigh(self._hash([text]))
        weights = self._model["weights"]
        margins = row.data @ weights[row.indices] + self._model["bias"]
        sure = softmax(margins * self._model["scale"])
        order = np.argsort(-sure, kind="stable")
        return [(str(self._model["names"][n]), float(sure[n])) for n in order]

    def _fit(self, hashed: csr_matrix, wanted: np.ndarray, names: np.ndarray) -> None:
        seen = np.bincount(hashed.indices, minlength=hashed.shape[1])
        columns = np.flatnonzero(seen)
        rarity = np.log((1 + hashed.shape[0]) / (1 + seen[columns])) + 1
        self.take({"columns": columns, "rarity": rarity.astype(np.float32)})
        machine = LinearSVC(
            C=self._config["cost"], tol=0.01, max_iter=500, random_state=0
        )
        machine.fit(self._weigh(hashed), wanted)
        self._model |= {
            "weights": np.ascontiguousarray(machine.coef_.T, np.float32),
            "bias": machine.intercept_.astype(np.float32),
            "names": names,
        }

    def _measure_scale(self, hashed: csr_matrix, wanted: np.ndarray) -> float:
        """How far to stretch margins until confidence is how often we are right."""
        margins = self._weigh(hashed) @ self._model["weights"] + self._model["bias"]
        rows = np.arange(len(wanted))

        def loss(scale: float) -> float:
            return float(-log_softmax(margins * scale, axis=1)[rows, wanted].mean())

        return float(minimize_scalar(loss, bounds=(0.5, 20), method="bounded").x)

    def _weigh(self, hashed: csr_matrix) -> csr_matrix:
        """Known features only; rare ones weigh more, long texts no more than short."""
        place = self._place[hashed.indices]
        known = place >= 0
        rows = np.repeat(np.arange(hashed.shape[0]), np.diff(hashed.indptr))[known]
        kind = hashed.indices[known] >> self.BLOCK_BITS
        place = place[known]
        weight = (1 + np.log(hashed.data[known])) * self._model["rarity"][place]
        block = 3 * rows + kind
        length = np.sqrt(np.bincount(block, weight**2, 3 * hashed.shape[0]))
        share = np.array(
            [self._config["word_weight"], 1.0, self._config["concept_weight"]]
        )
        weight = weight / length[block] * share[kind]
        shape = (hashed.shape[0], len(self._model["columns"]))
        ends = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=shape[0]))))
        return csr_matrix((weight.astype(np.float32), place, ends), shape)

    def _hash(self, texts: Sequence[str]) -> csr_matrix:
        """The features side by side: words, then pieces of words, then concepts."""
        blocks = [
            self._hasher.transform(features(text) for text in texts)
            for features in (self._words, self._pieces, self._concepts)
        ]
        rows = np.concatenate(
            [np.repeat(np.arange(len(texts)), np.diff(b.indptr)) for b in blocks]
        )
        columns = np.concatenate(
            [b.indices.astype(np.int64) + n * b.shape[1] for n, b in enumerate(blocks)]
        )
        data = np.concatenate([b.data for b in blocks])
        shape = (len(texts), 3 * 2**self.BLOCK_BITS)
        return coo_matrix((data, (rows, columns)), shape).tocsr()

    def _concepts(self, text: str) -> list[str]:
        """What the words are about, and pairs of concepts that are near each other."""
        found = self._lexicon.find(fold(text))
        pairs = [
            f"{one} {other}"
            for place, (at, one) in enumerate(found)
            for after, other in found[place + 1 :]
            if 0 < after - at <= 2 + self._config["reach"]
        ]
        return [*(concept for _, concept in found), *pairs]

    def _words(self, text: str) -> list[str]:
        """Words as typed and folded, and pairs of words that stand near each other."""
        folded = single_signs(fold(text))
        reach = self._config["reach"]
        pairs = [
            f"{second - first > 1:d} {folded[first]} {folded[second]}"
            for first in range(len(folded))
            for second in range(first + 1, min(len(folded), first + 1 + reach))
        ]
        return [*folded, *pairs, *(f"= {word}" for word in self._typed(text))]

    def _typed(self, text: str) -> list[str]:
        """The words as they were typed; marks of doubt or haste stand alone."""
        typed = unicodedata.normalize("NFC", text).lower()
        return "".join(
            f" {char} "
            if char in "?!"
            else char
            if char in "'’" or unicodedata.category(char)[0] in "LNM"
            else " "
            for char in typed
        ).split()

    def _pieces(self, text: str) -> Iterator[str]:
        """Runs of letters inside each word, its edges marked."""
        for word in fold(text):
            edged = f" {word} "
            for length in range(1, self._config["longest_piece"] + 1):
                for start in range(len(edged) - length + 1):
                    yield edged[start : start + length]
