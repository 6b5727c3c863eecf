"""What users and other programs rely on is all there: the contract, written out.

Extending it is free; a name that disappears from these lists breaks somebody.
"""

from __future__ import annotations

import importlib
import itertools
import re
import types
from typing import get_args

import meta_sources
import pytest
from pydantic import BaseModel

import gradcheck
from gradcheck import cli, families, replay
from gradcheck.examples import PROFILES
from gradcheck.records.assignment import MOST_SEED, Hints
from gradcheck.records.levels import LEVEL_NAMES
from gradcheck.records.report import Report


def words(text: str) -> list[str]:
    return text.split()


CONTRACT = {
    "checks": words("""
        forward-value output-shape gradient-shape gradient-consistency gradient-value
        linear-in-upstream zero-upstream batch-additivity batch-permutation
        inputs-unchanged repeatable no-stale-state dtype stability kink loss-decrease
        chain-rule running-statistics inference
    """),
    "components": words("""
        identity sigmoid tanh relu leaky-relu softplus softmax squared-error
        binary-cross-entropy cross-entropy affine neuron logistic-regression network
        gradient-descent gelu gelu-tanh log-softmax absolute-error hinge embedding layer-norm
        batch-norm conv2d max-pool average-pool elu selu softsign silu hard-sigmoid swiglu
        binary-hinge squared-hinge multi-class-squared-hinge huber kl-divergence
        negative-log-likelihood contrastive triplet l1-penalty l2-penalty flatten
        global-average-pool residual dropout
        rms-norm group-norm instance-norm conv1d transposed-conv2d
    """),
    "commands": words("check grade replay explain export doctor schema"),
    "pytest options": words("""
        --gradcheck --gradcheck-assignment --gradcheck-report --gradcheck-seed
        --gradcheck-isolation --gradcheck-hints --gradcheck-profile
    """),
    "shared options": words("--assignment --seed --profile --isolation --hints"),
    "hints": words("none location mistake fix"),
    "profiles": ["quick", "standard", "thorough"],
    "isolation": words("process limits kernel-policy namespaces guest-kernel"),
}
LATER_COMPONENTS = words("""
    elu selu softsign silu gelu gelu-tanh hard-sigmoid log-softmax swiglu hinge
    squared-hinge absolute-error huber kl-divergence negative-log-likelihood
    contrastive triplet l1-penalty l2-penalty embedding dropout flatten conv1d conv2d
    transposed-conv2d max-pool average-pool global-average-pool batch-norm layer-norm
    group-norm instance-norm rms-norm rnn-cell rnn lstm-cell lstm gru-cell attention
    multi-head-attention positional-encoding residual linear-regression
    softmax-regression two-layer-network momentum nesterov rmsprop adagrad adam adamw
    gradient-clipping
""")
"""Ids that the contract reserves."""
REPORT_KEYS = words("""
    schema tool tool.name tool.version created_at seed profile assignment
    assignment.id assignment.version assignment.digest submission submission.id
    submission.files submission.files.name submission.files.sha256
    submission.files.bytes submission.output submission.output.stdout
    submission.output.stderr submission.output.truncated isolation isolation.level
    isolation.name isolation.required isolation.mechanisms isolation.probes
    isolation.missing outcome score score.points score.max_points summary
    summary.checks summary.passed summary.failed summary.errored summary.skipped
    components components.id components.kind components.names components.convention
    components.outcome components.points components.max_points components.checks
    components.checks.id components.checks.title components.checks.variable
    components.checks.outcome components.checks.blocked_by components.checks.method
    components.checks.evaluations components.checks.bound components.checks.findings
    components.checks.findings.id components.checks.findings.severity
    components.checks.findings.message components.checks.findings.traceback
    components.checks.findings.location components.checks.findings.location.file
    components.checks.findings.location.line
    components.checks.findings.location.end_line
    components.checks.findings.location.function
    components.checks.findings.location.source components.checks.findings.expected
    components.checks.findings.actual components.checks.findings.counterexample
    components.checks.findings.replay components.checks.findings.diagnosis
    components.checks.findings.diagnosis.id components.checks.findings.diagnosis.title
    components.checks.findings.diagnosis.explanation
    components.checks.findings.diagnosis.confidence
    components.checks.findings.diagnosis.alternatives
    components.checks.findings.diagnosis.repair
    components.checks.findings.diagnosis.repair.line
    components.checks.findings.diagnosis.repair.before
    components.checks.findings.diagnosis.repair.after
    components.checks.findings.diagnosis.repair.verified unrecognised
    unrecognised.name unrecognised.reason unrecognised.nearest missing timing
""")
LONGEST_TOKEN = 32
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def importable() -> list[str]:
    """Return the modules that can be imported here: the worker's are run, not imported."""
    return [m for m in meta_sources.modules() if not m.startswith("gradcheck.sandbox.worker")]


@pytest.mark.parametrize("name", importable())
def test_every_exported_name_exists(name: str) -> None:
    module = importlib.import_module(name)
    exported = getattr(module, "__all__", [])
    assert [n for n in exported if not hasattr(module, n)] == []
    assert len(set(exported)) == len(exported)


def test_the_package_exports_what_it_promises() -> None:
    assert gradcheck.__all__ == ["__version__", "check"]
    assert callable(gradcheck.check)
    assert re.fullmatch(r"\d+\.\d+\.\d+", gradcheck.__version__)
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        gradcheck.chekc  # noqa: B018


def test_the_version_is_one() -> None:
    text = (meta_sources.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{gradcheck.__version__}"' in text


def test_checks_and_components_are_there() -> None:
    assert set(CONTRACT["checks"]) <= {c.id for c in families.all_checks()}
    assert set(CONTRACT["components"]) <= {c.id for c in families.all_components()}


def test_commands_are_there() -> None:
    assert set(CONTRACT["commands"]) <= set(cli._commands())


@pytest.mark.parametrize("name", sorted(cli._commands()))
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([name, "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert f"gradcheck {name}" in shown
    if name in {"check", "grade", "replay"}:
        assert [o for o in CONTRACT["shared options"] if o not in shown] == []


def test_pytest_options_have_their_ini_twins(pytestconfig: pytest.Config) -> None:
    for option in CONTRACT["pytest options"]:
        pytestconfig.getoption(option.lstrip("-").replace("-", "_"))
        if option != "--gradcheck":
            pytestconfig.getini(option.lstrip("-").replace("-", "_"))


def test_choices_are_there() -> None:
    assert list(get_args(Hints)) == CONTRACT["hints"]
    assert list(PROFILES) == CONTRACT["profiles"]
    assert list(LEVEL_NAMES) == CONTRACT["isolation"]


def keys(model: type[BaseModel], prefix: str = "") -> set[str]:
    """Return the dotted keys of a record and all records in it."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        key = f"{prefix}{field.alias or name}"
        found.add(key)
        for inner in records_in(field.annotation):
            found |= keys(inner, f"{key}.")
    return found


def records_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return [annotation] if issubclass(annotation, BaseModel) else []
    return list(itertools.chain.from_iterable(records_in(a) for a in get_args(annotation)))


def test_report_keys_are_there() -> None:
    assert set(REPORT_KEYS) - keys(Report) == set()


def test_families_are_well_formed() -> None:
    for members in (families.all_components(), families.all_checks(),
                    families.all_conventions(), families.all_diagnoses()):  # fmt: skip
        ids = [m.id for m in members]
        assert ids
        assert len(set(ids)) == len(ids)
        assert [i for i in ids if not KEBAB.fullmatch(i)] == []
        for member in members:
            assert member.title
            module = type(member).__module__.rpartition(".")[2]
            assert module.startswith("_") or module.replace("_", "-") == member.id, (
                "an id is the file's name in kebab-case"
            )


def test_ids_do_not_collide_in_replay_tokens() -> None:
    components = {c.id for c in families.all_components()} | set(LATER_COMPONENTS)
    checks = {c.id for c in families.all_checks()} | {"loads", "recognised"}
    for ids in (components, checks):
        assert len({replay._short(i) for i in ids}) == len(ids)


@pytest.mark.parametrize("component", families.all_components(), ids=lambda c: c.id)
def test_variables_do_not_collide_in_replay_tokens(component: object) -> None:
    for variant in component.variants:  # type: ignore[attr-defined]
        names = [v.name for v in component.variables(variant)]  # type: ignore[attr-defined]
        assert len({replay._byte(n) for n in names} | {replay._byte(None)}) == len(names) + 1


def test_replay_tokens_are_short() -> None:
    token = replay.encode(
        version="999.999.999", seed=MOST_SEED, profile="thorough", component="x" * 99,
        check="y" * 99, variable="z" * 99, example=-1, digest="f" * 64,
    )  # fmt: skip
    assert len(token) <= LONGEST_TOKEN
    assert re.fullmatch(r"[A-Z2-7]+", token)


def test_the_contract_sees_a_missing_key() -> None:
    class Small(BaseModel):
        id: str

    assert keys(Small) == {"id"}
    assert set(REPORT_KEYS) - keys(Small)
