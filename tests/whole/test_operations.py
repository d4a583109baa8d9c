"""What an operator does, and what must be true whatever happens."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.whole.browsers import (
    TO_CONTACT,
    TO_MENU,
    TO_RELAY,
    answer,
    open_desk,
    open_page,
    take_case,
)
from tests.whole.house import PASSERELLE, ROOT, Running, processes_of, start_house

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def run_passerelle(house: Running, *words: str, given: str = "") -> str:
    done = subprocess.run(
        [PASSERELLE, *words],
        cwd=ROOT,
        env=dict(os.environ) | house.environment,
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.promise(4, 6, 13)
def test_no_word_of_a_person_is_anywhere(house: Running, chromium: Browser) -> None:
    """P4, P13: canaries typed in every field, then sought in every byte kept."""
    person = open_page(chromium, house)
    person.press(*TO_MENU)
    person.write("canaryone my boss and his brother beat me")
    person.write("/canarytwo{} is it secret")
    person.control("menu")
    person.press(*TO_CONTACT, "contact_call")
    for words in ("canarythree 0470", "canaryfour after eight"):
        person.write(words)
    person.press("only_me")
    person.write("canaryfive")
    person.press("brussels", "this_centre")
    person.hears("preview.show")
    assert "canarythree 0470" in person.words
    person.press("confirm", "yes", "yes", "yes")
    number = person.case_number
    desk = open_desk(chromium, house)
    take_case(desk, number)
    expect(desk.locator("body")).to_contain_text("canaryfive")
    answer(desk, "canarysix is how we answer")
    expect(person.page.locator(".theirs")).to_contain_text("canarysix", timeout=15_000)
    person.write("canaryseven thank you")
    expect(desk.locator("li.person").last).to_contain_text("canaryseven")
    kept = house.logs.encode() + house.output.read_bytes()
    for path in house.data.rglob("*"):
        if path.is_file():
            kept += path.read_bytes()
    assert b"canary" not in kept.lower()


def test_the_engine_dies_and_nobody_is_left_alone(
    house: Running, chromium: Browser
) -> None:
    """P20: with the engine away, stop, numbers, cards and the relay go on."""
    person, related = open_page(chromium, house), open_page(chromium, house)
    person.press(*TO_MENU)
    related.press(*TO_RELAY)
    number = related.case_number
    desk = open_desk(chromium, house)
    take_case(desk, number)
    _kill_engine(house)
    person.press("rights", "theme_help", "who", "more")
    person.hears("card.who.more")
    person.control("numbers")
    person.hears("numbers.list")
    person.write("can i get papers")
    person.hears("error.engine_away")
    related.write("still here")
    expect(desk.locator("li.person").last).to_contain_text("still here")
    _wait_for_engine(house)
    person.write("can i get papers")
    person.hears("card.residence")


def test_an_export_opens_with_the_stock_age_command(
    house: Running, chromium: Browser, tmp_path: Path
) -> None:
    """P6: the centre's key alone opens a case, with a program that is not ours."""
    person = open_page(chromium, house)
    person.press(*TO_RELAY)
    number = person.words.split("Your number is ")[1][:6]
    folder = tmp_path / "case"
    assert "README.txt" in run_passerelle(house, "export", number, str(folder))
    accounts = json.loads((house.data / "demonstration-accounts.json").read_text())
    key, other, case = (tmp_path / name for name in ("key", "other", "case.key"))
    keys = {row["centre"]: row["recovery_key"] for row in accounts}
    key.write_text(keys["pag-asa"])
    other.write_text(keys["payoke"])
    sealed_key = folder / "case.key.age"
    wrong = subprocess.run(["age", "-d", "-i", other, sealed_key], capture_output=True)
    assert wrong.returncode != 0
    opened = subprocess.run(["age", "-d", "-i", key, sealed_key], capture_output=True)
    case.write_bytes(opened.stdout)
    text = subprocess.run(
        ["age", "-d", "-i", case, folder / "0001-handover.age"], capture_output=True
    )
    assert "Please answer here, after I have written." in text.stdout.decode()


def test_doctor_says_what_wants_looking_at(house: Running) -> None:
    told = run_passerelle(house, "doctor")
    assert "The person's page answers." in told
    assert "unverified or older than 180 days" in told


def test_understand_answers_as_a_conversation_would(house: Running) -> None:
    lines = [
        {"lang": "fr", "text": "arrête"},
        {"lang": None, "text": "can i get papers"},
        {"lang": "en", "text": "he is coming to kill me"},
    ]
    given = "\n".join(json.dumps(line) for line in lines) + "\nnot json\n"
    told = run_passerelle(house, "understand", given=given).splitlines()
    answers = [json.loads(line) for line in told]
    assert [a.get("control") for a in answers] == ["stop", None, "danger", None]
    assert answers[1]["intent"] == "residence"
    assert "error" in answers[3]


def test_ctrl_c_leaves_no_process_behind(tmp_path: Path) -> None:
    with start_house(tmp_path) as running:
        assert len(processes_of(running)) >= 4
        ready = running.ready_after
        assert ready["chat"] < ready["engine"]
    assert running.process.returncode == 0
    deadline = time.monotonic() + 5
    while processes_of(running) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_of(running) == []


def _kill_engine(house: Running) -> None:
    port = house.environment["PASSERELLE_ENGINE_PORT"]
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if b"rasa" in command and f"--port\0{port}".encode() in command:
                os.kill(int(entry.name), signal.SIGKILL)


def _wait_for_engine(house: Running) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{house.engine}/status", timeout=1)
        except httpx.HTTPError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the engine did not come back")
