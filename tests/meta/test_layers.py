"""The house stands: imports run downwards, in no circle, and never inside functions."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable

import meta_sources
import pytest
from meta_sources import ENTRY, Import, imports_in, rank

TABLE = meta_sources.layer_table()
LAYERS = [
    (rank(layer["number"]), path) for layer in TABLE["layer"] for path in layer["paths"]
]
FAMILIES = tuple(TABLE["families"])
OURS = ("gradcheck", "gradcheck_reference")
ALLOWED = {
    kind: {entry["module"] for entry in TABLE["exceptions"][kind]}
    for kind in ("function_level", "type_checking")
}
WORKER = "gradcheck.sandbox.worker"
WORKER_MAY = {"numpy"} | set(sys.stdlib_module_names)
REFERENCE_MAY = {"numpy"} | set(sys.stdlib_module_names)
ENTRY_MAY = {"pytest"} | set(sys.stdlib_module_names)


def is_in(module: str, path: str) -> bool:
    return module == path or module.startswith(f"{path}.")


def place(module: str) -> tuple[tuple[int, ...], str] | None:
    """Return the layer and the entry of the table that a module belongs to."""
    fitting = [(number, path) for number, path in LAYERS if is_in(module, path)]
    return max(fitting, key=lambda pair: len(pair[1]), default=None)


def upward(found: Iterable[Import]) -> list[str]:
    """Return the imports that the table doesn't allow."""
    wrong = []
    for one in found:
        importer, target = place(one.importer), place(one.target)
        if importer is None or target is None:
            continue
        is_own = importer[1] == target[1]
        if not is_own and target[0] >= importer[0]:
            wrong.append(f"{one.importer}:{one.line} imports {one.target}")
    return wrong


def strangers(found: Iterable[Import]) -> list[str]:
    """Return imports of a family's member by another member of it."""
    wrong = []
    for one in found:
        for family in FAMILIES:
            if not (is_in(one.importer, family) and one.target.startswith(f"{family}.")):
                continue
            if one.importer == family:  # the package itself
                continue
            name = one.target.removeprefix(f"{family}.").partition(".")[0]
            if name != "base" and not name.startswith("_"):
                wrong.append(f"{one.importer}:{one.line} imports its sibling {one.target}")
    return wrong


def circles(found: Iterable[Import]) -> list[str]:
    """Return one import circle, if there is any."""
    edges: dict[str, set[str]] = {}
    for one in found:
        if not one.is_for_types and not (one.is_nested and one.importer in OURS):
            edges.setdefault(one.importer, set()).add(one.target)
    state: dict[str, int] = {}

    def visit(module: str, path: tuple[str, ...]) -> list[str]:
        if module in path:
            return [*path[path.index(module) :], module]
        if state.get(module):
            return []
        state[module] = 1
        for target in sorted(edges.get(module, ())):
            if circle := visit(target, (*path, module)):
                return circle
        return []

    for module in sorted(edges):
        if circle := visit(module, ()):
            return circle
    return []


def nested(found: Iterable[Import]) -> list[str]:
    return [
        f"{one.importer}:{one.line} imports {one.target} inside a function"
        for one in found
        if one.is_nested and one.importer not in ALLOWED["function_level"]
    ]


def for_types(found: Iterable[Import]) -> list[str]:
    return [
        f"{one.importer}:{one.line} imports {one.target} for type checkers only"
        for one in found
        if one.is_for_types and one.importer not in ALLOWED["type_checking"]
    ]


def beyond(found: Iterable[Import], package: str, allowed: set[str]) -> list[str]:
    """Return imports of a package that reach beyond itself and what is allowed."""
    return [
        f"{one.importer}:{one.line} imports {one.target}"
        for one in found
        if is_in(one.importer, package)
        and not is_in(one.target, package)
        and one.target.partition(".")[0] not in allowed
        and one.target != "(computed)"
    ]


def private_doors(found: Iterable[Import]) -> list[str]:
    """Return imports of a private module from outside its package."""
    wrong = []
    for one in found:
        parts = one.target.split(".")
        if parts[0] not in OURS:
            continue
        for index, part in enumerate(parts):
            package = ".".join(parts[:index])
            if part.startswith("_") and index and not is_in(one.importer, package):
                wrong.append(f"{one.importer}:{one.line} imports the private {one.target}")
    return wrong


def test_every_module_has_its_place_in_the_table() -> None:
    homeless = [m for m in meta_sources.modules() if place(m) is None]
    assert sorted(homeless) == sorted(["gradcheck", ENTRY])


def test_every_entry_of_the_table_exists() -> None:
    known = meta_sources.modules()
    assert [path for _, path in LAYERS if path not in known] == []
    assert [family for family in FAMILIES if family not in known] == []


def test_layers_are_numbered_upwards() -> None:
    numbers = [rank(layer["number"]) for layer in TABLE["layer"]]
    assert numbers == sorted(set(numbers))


def test_imports_run_downwards() -> None:
    assert upward(meta_sources.imports()) == []


def test_members_of_a_family_do_not_import_each_other() -> None:
    assert strangers(meta_sources.imports()) == []


def test_no_import_circle() -> None:
    assert circles(meta_sources.imports()) == []


def test_no_import_inside_functions() -> None:
    assert nested(meta_sources.imports()) == []


def test_no_import_for_type_checkers_only() -> None:
    assert for_types(meta_sources.imports()) == []


def test_every_exception_is_needed() -> None:
    found = meta_sources.imports()
    nesting = {one.importer for one in found if one.is_nested}
    typing = {one.importer for one in found if one.is_for_types}
    assert ALLOWED["function_level"] <= nesting
    assert ALLOWED["type_checking"] <= typing


def test_the_worker_is_self_contained() -> None:
    # The worker's folder is put first on the path of the child: it imports its own by name.
    own = {m.rpartition(".")[2] for m in meta_sources.modules() if m.startswith(f"{WORKER}.")}
    assert beyond(meta_sources.imports(), WORKER, WORKER_MAY | own) == []


def test_the_judge_never_imports_the_worker() -> None:
    assert [
        f"{one.importer}:{one.line}"
        for one in meta_sources.imports()
        if is_in(one.target, WORKER) and not is_in(one.importer, WORKER)
    ] == []


def test_only_components_import_the_reference() -> None:
    importers = {
        one.importer
        for one in meta_sources.imports()
        if is_in(one.target, "gradcheck_reference")
        and not is_in(one.importer, "gradcheck_reference")
    }
    assert importers
    assert [m for m in importers if not is_in(m, "gradcheck.components")] == []


def test_the_reference_needs_numpy_only() -> None:
    assert beyond(meta_sources.imports(), "gradcheck_reference", REFERENCE_MAY) == []


def test_the_entry_file_needs_pytest_only() -> None:
    at_once = [one for one in meta_sources.imports() if not one.is_nested]
    assert beyond(at_once, ENTRY, ENTRY_MAY) == []


def test_private_modules_stay_in_their_package() -> None:
    assert private_doors(meta_sources.imports()) == []


def test_callers_know_nothing_of_numbers_and_words() -> None:
    """Callers see reports; what stands behind them is the pipeline's."""
    behind = ("gradcheck.numerics", "gradcheck.engine", "gradcheck.recognition.readings",
              "gradcheck.checks", "gradcheck.components", "gradcheck.conventions",
              "gradcheck.wording", "gradcheck.strategies")  # fmt: skip
    callers = ("gradcheck.pytest_plugin", "gradcheck.pytest_items", "gradcheck.cli",
               "gradcheck.service", "gradcheck.grading.batch")  # fmt: skip
    assert [
        f"{one.importer}:{one.line} imports {one.target}"
        for one in meta_sources.imports()
        if any(is_in(one.importer, c) for c in callers)
        and any(is_in(one.target, b) for b in behind)
    ] == []


# The tests above are worth something only if they see a wall that was broken.

KNOWN = frozenset(meta_sources.modules())


def found_in(importer: str, source: str) -> list[Import]:
    return imports_in(importer, ast.parse(source), KNOWN)


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("gradcheck.records.report", "from gradcheck.engine import examine"),
        ("gradcheck.scoring", "from gradcheck import wording"),
        ("gradcheck.component", "from gradcheck import template"),
        ("gradcheck.conventions.base", "from gradcheck.components.relu import Relu"),
        ("gradcheck.engine", "import gradcheck.pipeline"),
        ("gradcheck.cli.check", "import gradcheck.pytest_plugin"),
        ("gradcheck.engine", "def f():\n    from gradcheck import pipeline"),
        ("gradcheck.engine", "import importlib\nimportlib.import_module('gradcheck.pipeline')"),
        ("gradcheck.sandbox.session", "from ..pipeline import run"),
    ],
)
def test_upward_imports_are_seen(importer: str, source: str) -> None:
    assert upward(found_in(importer, source))


def test_siblings_are_seen() -> None:
    assert strangers(found_in("gradcheck.components.tanh", "from gradcheck.components import relu"))
    assert strangers(found_in("gradcheck.components._unit", "import gradcheck.components.relu"))
    assert not strangers(
        found_in("gradcheck.components.neuron", "from gradcheck.components._unit import Unit")
    )


def test_nested_and_typing_imports_are_seen() -> None:
    lazy = found_in("gradcheck.engine", "def f():\n    import gradcheck.errors")
    assert nested(lazy)
    lazy = found_in("gradcheck.engine", "class A:\n    def f(self):\n        import json")
    assert nested(lazy)
    source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import gradcheck.api"
    assert for_types(found_in("gradcheck.engine", source))
    assert upward(found_in("gradcheck.engine", source))


def test_circles_are_seen() -> None:
    there = found_in("gradcheck.hints", "import gradcheck.scoring")
    back = found_in("gradcheck.scoring", "from gradcheck.hints import cut")
    assert circles([*there, *back]) == ["gradcheck.hints", "gradcheck.scoring", "gradcheck.hints"]


def test_foreign_and_private_imports_are_seen() -> None:
    foreign = found_in(f"{WORKER}.serve", "import scipy")
    assert beyond(foreign, WORKER, WORKER_MAY)
    assert private_doors(
        found_in("gradcheck.engine", "from gradcheck.components._chain import derive")
    )
