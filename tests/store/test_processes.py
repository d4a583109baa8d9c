"""Several processes, one database: no turn is lost, doubled or half stored."""

import sys
import time
from subprocess import PIPE, Popen

import pytest
import sqlalchemy as sa

from bot.store.conversations import ConversationStore
from bot.store.schema import outbox, seen_update

TURNS = 30
# Counts up by one in each turn, as any turn would: load, decide, commit, or again.
PROCESS = """
import sys
from dataclasses import replace
from datetime import UTC, datetime
from bot.errors import ConflictError
from bot.intake.conversation import Channel, Conversation, ConversationId
from bot.intake.ports import Incoming, Kind, TurnChange
from bot.intake.reply import Author, Line
from bot.store.conversations import ConversationStore
from bot.store.database import open_database
from bot.store.seal import Pocket

url, secret, name, turns = sys.argv[1:]
store = ConversationStore(open_database(url), Pocket(secret.encode()))
for turn in range(int(turns)):
    incoming = Incoming(Channel.TELEGRAM, "4711", f"{name}-{turn}", Kind.BUTTON, "x")
    while True:
        before = store.load(incoming)
        start = before or Conversation(ConversationId(name), Channel.TELEGRAM, "en")
        after = replace(start, epoch=start.epoch + 1)
        lines = [Line(f"{after.epoch}", {}, (), Author.BOT)]
        change = TurnChange(before, after, incoming, lines)
        try:
            store.commit(change, now=datetime.now(UTC))
        except ConflictError:
            continue
        break
    print(turn, flush=True)
"""
SECRET = "a secret that only tests may use"


def start(database, name, turns):
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", PROCESS, url, SECRET, name, str(turns)]
    return Popen(command, stdout=PIPE)


def stored(database):
    with database.read() as connection:
        seen = connection.execute(sa.select(sa.func.count()).select_from(seen_update))
        lines = connection.execute(sa.select(sa.func.count()).select_from(outbox))
        return seen.scalar(), lines.scalar()


@pytest.mark.promise(17)
def test_two_processes_on_one_conversation_lose_no_turn(database, chatter):
    processes = [start(database, name, TURNS) for name in "ab"]
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    both = 2 * TURNS
    assert chatter.conversation.epoch == both
    assert chatter.conversation.version == both
    assert stored(database) == (both, both)


@pytest.mark.promise(17)
def test_a_killed_process_leaves_whole_turns_only(database, chatter, pocket):
    process = start(database, "a", 100_000)
    process.stdout.readline()
    time.sleep(0.2)
    process.kill()
    process.communicate(timeout=10)
    version = chatter.conversation.version
    assert version > 0
    assert chatter.conversation.epoch == version
    assert stored(database) == (version, version)
    assert ConversationStore(database, pocket).load(chatter.incoming()) is not None
