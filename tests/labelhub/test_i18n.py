"""Every sentence the web app shows goes through gettext, so that it can be translated."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import labelhub
from labelhub.errors import LabelhubError

ROOT = Path(labelhub.__file__).parent


def every_error() -> set[str]:
    """The names of all errors that people are shown."""
    import labelhub.api  # noqa: F401  brings them all in

    found, todo = set(), [LabelhubError]
    while todo:
        each = todo.pop()
        found.add(each.__name__)
        todo += each.__subclasses__()
    return found


def bare_sentences(source: str, errors: set[str]) -> Iterator[int]:
    """Lines where an error is made with a literal text instead of `_(...)`."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        literal = isinstance(node.args[0], ast.Constant | ast.JoinedStr) if node.args else False
        if name in errors and literal:
            yield node.lineno


def test_a_bare_sentence_is_found() -> None:
    source = 'raise NotFound("It is gone.")\nraise NotFound(_("It is gone."))\n'
    assert list(bare_sentences(source, {"NotFound"})) == [1]


def test_no_error_has_a_bare_sentence() -> None:
    errors = every_error()
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in ROOT.rglob("*.py")
        for line in bare_sentences(path.read_text(encoding="utf-8"), errors)
    ]
    assert found == []
