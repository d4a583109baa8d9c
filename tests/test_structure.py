"""The shape of the house: who may import whom, and how large a part may be."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
CODE = sorted((*(ROOT / "bot").rglob("*.py"), *(ROOT / "actions").rglob("*.py")))
LONGEST_MODULE, LONGEST_FUNCTION, MOST_PARAMETERS = 300, 40, 5
# Channels, desk, actions and commands may use everything that is further in.
_FACES = {"bot.channels", "bot.desk", "bot.commands", "actions"}
_PROCESSES = {
    "bot.cli",
    "bot.chat_process",
    "bot.desk_wiring",
    "bot.engine_process",
    "bot.forgetting",
    "bot.supervisor",
    "bot.translator_process",
}
_SIBLINGS = {"bot.store", "bot.directory", "bot.language", "bot.outreach", "bot.keys"}
_CORE = {"bot.intake", "bot.errors"}
# room -> the rooms that it may use besides itself; what is not named here is free.
ALLOWED = {
    "bot.errors": set(),
    "bot.intake": {"bot.errors"},
    "bot.settings": {"bot.errors"},
    "bot.keys": {"bot.errors", "bot.settings"},
    "bot.store": {*_CORE, "bot.settings"},
    "bot.directory": _CORE,
    "bot.sockets": {"bot.errors"},
    "bot.language": {*_CORE, "bot.sockets"},
    "bot.outreach": _CORE,
    "bot.rule_book": _CORE,
    "bot.engine": {*_CORE, "bot.rule_book"},
    "bot.wiring": {
        *_CORE,
        *_SIBLINGS,
        "bot.settings",
        "bot.engine",
        "bot.rule_book",
    },
    "actions": _CORE,
}
# outside engine -> the only modules that may import it
HOMES = {
    "pyrage": ("bot/store/seal.py", "bot/desk/demo_identity.py"),
    "cryptography": ("bot/store/seal.py", "bot/desk/demo_identity.py"),
    "sqlalchemy": ("bot/store/",),
    "alembic": ("bot/store/",),
    "psycopg": ("bot/store/",),
    "telegram": ("bot/channels/telegram",),
    "rasa_sdk": ("actions/",),
    "argostranslate": ("bot/language/machine/argos.py",),
    "ctranslate2": ("bot/language/machine/argos.py",),
    "sentencex": ("bot/language/machine/sentences.py",),
    "pyseccomp": ("bot/language/machine/confine.py",),
    "segno": ("bot/outreach/qr.py",),
    "weasyprint": ("bot/outreach/printing.py",),
    "babel": ("bot/language/",),
    "rasa": (),
    "requests": (),
}
# What else a log may hold: the name of one of our actions, the kind of an error.
_HARMLESS = {"call.get('next_action')", "kind"}
_SPOKEN = {"Say", "Line", "say", "answer"}
_KEY = re.compile(r"[a-z0-9_.{}-]*")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{relative(path)} imports by dots"
            yield node.module or ""
            yield from (f"{node.module}.{name.name}" for name in node.names)


def room_of(name: str) -> str:
    parts = name.split(".")
    return parts[0] if parts[0] == "actions" else ".".join(parts[:2])


def room_of_file(path: Path) -> str:
    return room_of(relative(path).removesuffix(".py").replace("/", "."))


def is_ours(name: str) -> bool:
    return name.split(".")[0] in {"bot", "actions"}


def ids(paths):
    return [relative(path) for path in paths]


@pytest.mark.parametrize("path", CODE, ids=ids(CODE))
def test_imports_point_inwards(path):
    """No room uses another that lies further out (design, section 2)."""
    room = room_of_file(path)
    used = {room_of(name) for name in imports(path) if is_ours(name)} - {room, "bot"}
    if room in ALLOWED:
        assert used <= ALLOWED[room]
    else:
        assert room in _FACES | _PROCESSES | {"bot.__init__"}, f"{room} has no place"


def test_chat_and_desk_never_import_each_other():
    """What a person meets and what staff meet hold different secrets."""
    for path in CODE:
        used = {room_of(name) for name in imports(path)}
        if room_of_file(path) == "bot.channels":
            assert "bot.desk" not in used, relative(path)
        if room_of_file(path) == "bot.desk":
            assert "bot.channels" not in used, relative(path)


RULES = sorted((ROOT / "bot" / "intake").glob("*.py"))


@pytest.mark.parametrize("path", RULES, ids=ids(RULES))
def test_the_rules_need_the_standard_library_only(path):
    """They can be read and tried by someone who knows neither Rasa nor Telegram."""
    foreign = {
        name
        for name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names
        and room_of(name) not in {"bot.intake", "bot.errors"}
        and name != "bot.intake"
    }
    assert foreign == set()


@pytest.mark.parametrize("engine", sorted(HOMES))
def test_each_outside_engine_has_one_home(engine):
    """An engine is changed, or held to account, in one place."""
    strays = [
        relative(path)
        for path in CODE
        if any(name.split(".")[0] == engine for name in imports(path))
        and not relative(path).startswith(HOMES[engine] or ("none",))
    ]
    assert strays == []


@pytest.mark.parametrize("path", CODE, ids=ids(CODE))
def test_a_module_stays_small(path):
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST_MODULE


@pytest.mark.parametrize("path", CODE, ids=ids(CODE))
def test_a_function_stays_small(path):
    large = [
        f"{one.name}: {_length(one)} lines"
        for one in _functions(path)
        if _length(one) > LONGEST_FUNCTION
    ]
    assert large == []


@pytest.mark.parametrize("path", CODE, ids=ids(CODE))
def test_a_function_takes_few_parameters(path):
    many = [
        one.name for one in _functions(path) if len(_parameters(one)) > MOST_PARAMETERS
    ]
    assert many == []


@pytest.mark.parametrize("path", CODE, ids=ids(CODE))
def test_a_module_says_in_one_sentence_what_it_is(path):
    told = ast.get_docstring(parse(path))
    empty = path.name == "__init__.py" and not path.read_text(encoding="utf-8").strip()
    assert empty or (told and told.split("\n")[0].endswith((".", ":")))


@pytest.mark.parametrize("path", CODE, ids=ids(CODE))
def test_no_sentence_for_a_person_stands_in_the_code(path):
    """Code speaks catalog keys; the words live in translations/."""
    spoken = [
        literal
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Call) and _name(node.func) in _SPOKEN
        for literal in _literals(node)
        if not _KEY.fullmatch(literal)
    ]
    if room_of_file(path) in {"bot.intake", "bot.channels", "actions"}:
        assert spoken == []


def test_no_sentence_for_a_person_stands_in_the_domain():
    """Rasa's responses are keys, never text."""
    for path in sorted((ROOT / "nlu_data" / "domain").glob("*.yml")):
        domain = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, variations in (domain.get("responses") or {}).items():
            for one in variations:
                assert one.keys() <= {"custom", "condition"}, name
                assert _KEY.fullmatch(one["custom"]["say"]), name


def test_no_promise_is_left_open_in_the_code():
    open_promise = re.compile("#.*" + "TO" + "DO")
    assert [p for p in CODE if open_promise.search(p.read_text(encoding="utf-8"))] == []


@pytest.mark.promise(13)
def test_only_types_and_ids_are_logged():
    """No log call formats anything but constants and the type of an error."""
    logged = [
        f"{relative(path)}:{node.lineno}"
        for path in CODE
        for node in ast.walk(parse(path))
        if _is_log(node) and not all(_is_harmless(one) for one in node.args)
    ]
    assert logged == []


def _is_log(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"debug", "info", "warning", "error", "exception"}
        and _name(node.func.value) in {"_log", "log", "logger", "logging"}
    )


def _is_harmless(node: ast.expr) -> bool:
    told = ast.unparse(node)
    is_constant = isinstance(node, ast.Constant) or told.isupper()
    return is_constant or told.startswith("type(") or told in _HARMLESS


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the function without its docstring."""
    first = function.body[0]
    told = 0
    if ast.get_docstring(function) is not None:
        told = (first.end_lineno or first.lineno) - first.lineno + 1
    return (function.end_lineno or function.lineno) - function.lineno + 1 - told


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    given = function.args
    names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return [name for name in names if name not in {"self", "cls"}]


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _literals(call: ast.Call) -> Iterator[str]:
    for node in (*call.args, *(keyword.value for keyword in call.keywords)):
        for one in ast.walk(node):
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                yield one.value
