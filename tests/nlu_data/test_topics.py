"""The engine's own component, made, trained, kept and loaded as Rasa does it."""

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPT = """
import json, sys, tempfile
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from nlu_data.topics import TopicClassifier

EXAMPLES = {
    "wages": ["no salary", "he did not pay me", "my wage", "راتبي", "工资没发"],
    "shelter": ["a bed", "where to sleep", "a roof", "a house", "مأوى", "没地方睡觉"],
    "greet": ["hello", "good day", "hi there", "مرحبا", "你好"],
}
rows = [Message.build(t, i) for i, texts in EXAMPLES.items() for t in texts]

def trained(rows, folder):
    storage, resource = LocalModelStorage(Path(folder)), Resource("topics")
    config = TopicClassifier.get_default_config()
    TopicClassifier.create(config, storage, resource, None).train(TrainingData(rows))
    return TopicClassifier.load(config, storage, resource, None)

with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
    first, second = trained(rows, one), trained(rows[::-1], two)
TEXTS = ["Didn't PAAAY me!", "SALARY?", "a rooof", "رَاتِبِي", "我没地方睡觉", "", "z"]
heard = first.process([Message.build(text) for text in TEXTS])
print(json.dumps({
    "same": [first.rank(text) == second.rank(text) for text in TEXTS],
    "intents": [message.get("intent")["name"] for message in heard],
    "sums": [sum(c for _, c in first.rank(text)) for text in TEXTS],
}))
"""


def test_it_learns_keeps_and_forgives() -> None:
    """Case, accents, vowel signs, missing spaces; the same whatever the order."""
    python = ROOT / ".engine" / "bin" / "python"
    done = subprocess.run(
        [str(python), "-c", SCRIPT, str(ROOT)], capture_output=True, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert all(found["same"])
    assert found["intents"][:5] == ["wages", "wages", "shelter", "wages", "shelter"]
    assert all(abs(total - 1) < 1e-5 for total in found["sums"])
