"""Every promise names the tests that prove it, and every such test its promise."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
PROMISES = yaml.safe_load((ROOT / "docs" / "promises.yml").read_text(encoding="utf-8"))
NUMBERS = [f"P{number}" for number in range(1, 21)]


def marked_tests() -> dict[str, set[str]]:
    """The tests that name each promise, as `file::test`."""
    found: dict[str, set[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for name, numbers in _marks(tree):
            for number in numbers:
                place = path.relative_to(ROOT).as_posix()
                found.setdefault(number, set()).add(f"{place}::{name}")
    return found


def _marks(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    """Marks on functions, on the whole module, and on a class made by a call."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from ((node.name, _numbers(one)) for one in node.decorator_list)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            target = ast.unparse(node.targets[0])
            numbers = [*_numbers(node.value), *_numbers(node.value.func)]
            names = _tests_of(tree) if target == "pytestmark" else [target]
            yield from ((name, numbers) for name in names)


def _numbers(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.promise":
        return [f"P{ast.literal_eval(one)}" for one in node.args]
    return []


def _tests_of(tree: ast.Module) -> list[str]:
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    ]


MARKED = marked_tests()


def test_the_twenty_promises_are_listed_in_order():
    assert [promise["id"] for promise in PROMISES["promises"]] == NUMBERS
    assert MARKED.keys() <= set(NUMBERS)


@pytest.mark.parametrize("promise", PROMISES["promises"], ids=NUMBERS)
def test_a_promise_is_a_sentence_with_tests(promise):
    assert promise["sentence"].endswith(".")
    assert promise["tests"], "a promise that nothing proves is a wish"
    assert promise["tests"] == sorted(set(promise["tests"]))


@pytest.mark.parametrize("promise", PROMISES["promises"], ids=NUMBERS)
def test_the_tests_of_a_promise_name_it_and_are_named_by_it(promise):
    """`python -m tests.test_promises` writes the lists anew from the marks."""
    assert set(promise["tests"]) == MARKED.get(promise["id"], set())


def write_lists() -> None:
    """Write docs/promises.yml anew: its sentences, and the tests that are marked."""
    for promise in PROMISES["promises"]:
        promise["tests"] = sorted(MARKED.get(promise["id"], ()))
    text = yaml.safe_dump(PROMISES, allow_unicode=True, sort_keys=False, width=88)
    (ROOT / "docs" / "promises.yml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_lists()
