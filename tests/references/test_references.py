"""References that an assignment brings: plain Python files, no plug-in."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from gradcheck import api
from gradcheck.cli import main
from gradcheck.cli._bundle import bundled
from gradcheck.errors import SpecError
from gradcheck.grading import batch
from gradcheck.intake.submissions import read_submission
from gradcheck.options import Options
from gradcheck.records.assignment import AssignmentSpec, parse_assignment
from gradcheck.records.report import ComponentReport
from gradcheck.references.loading import References
from gradcheck.sandbox.executors import Executor

HEAD = 'schema = "gradcheck/assignment/v1"\nid = "own"\n\n[[components]]\n'
SWISH = 'id = "swish"\nreference = "reference.py"\ninputs = { z = "N D", beta = "" }\n'
SWISH_CODE = """
def swish(z, beta):
    return z / (1 + np.exp(-beta * z))
"""
GATE = """id = "gate"
reference = "reference.py"
inputs = { x = "N D", W = "D M", b = "M" }
"""
GATE_CODE = """
def gate_forward(x, W, b):
    z = x @ W + b
    return z * np.tanh(z), (x, W, z)

def gate_backward(dout, cache):
    x, W, z = cache
    t = np.tanh(z)
    dz = dout * (t + z * (1 - t**2))
    return dz @ W.T, x.T @ dz, dz.sum(axis=0)
"""
SEVERAL = 'id = "own-swish"\nreference = "reference.py:swish"\n' \
          'inputs = { z = "N D", beta = "" }\n'  # fmt: skip
MARGIN = 'id = "margin"\nreference = "reference.py"\ninputs = { near = "N D", far = "N D" }\n'
MARGIN_CODE = """
def helper(m):
    return 1 / (1 + np.exp(-m))

def margin(near, far):
    m = near - far
    s = helper(m) / len(m)
    return np.log1p(np.exp(m)).sum(axis=1).mean(), (s, -s)
"""
FIT = """id = "fit"
reference = "reference.py"

[components.inputs]
w = "D"
b = ""
X = "N D"
y = "N"
"""
FIT_CODE = """
def fit(w, b, X, y):
    return np.mean(np.log(np.cosh(X @ w + b - y)))
"""
RANK = """id = "rank"
reference = "reference.py"

[components.inputs]
scores = "N K"
y = { shape = "N", values = "labels", classes = "K" }
"""
RANK_CODE = """
def rank(scores, y):
    rows = np.arange(len(y))
    return np.sum(np.exp(scores - scores[rows, y][:, None]))
"""
RUNNING = 'id = "running"\nreference = "reference.py"\n'
RUNNING_CODE = """
def running(x):
    return np.cumsum(x**2, axis=0)
"""


def spec_of(folder: Path, components: str, code: str) -> AssignmentSpec:
    (folder / "assignment.toml").write_text(HEAD + components)
    (folder / "reference.py").write_text("import numpy as np\n" + code)
    return api.read_assignment(folder)


def judged(
    folder: Path, components: str, code: str, submission: str, executor: Executor
) -> ComponentReport:
    spec = spec_of(folder, components, code)
    path = folder / "sub.py"
    path.write_text("import numpy as np\n" + submission)
    report = api.grade(read_submission(path), spec, executor=executor)
    assert not report.missing, report.unrecognised
    (component,) = report.components
    return component


RIGHT = {
    "pair": (SWISH, SWISH_CODE, """
def swish(x, b):
    return x / (1 + np.exp(-b * x))

def swish_grad(x, b):
    s = 1 / (1 + np.exp(-b * x))
    return s + b * x * s * (1 - s)
"""),
    "flag": (SWISH, SWISH_CODE, """
def swish(z, beta, derivative=False):
    s = 1 / (1 + np.exp(-beta * z))
    return s + beta * z * s * (1 - s) if derivative else z * s
"""),
    "layer functions": (GATE, GATE_CODE, GATE_CODE.replace("(dout, cache)", "(upstream, kept)")
                        .replace("= cache", "= kept").replace("dout *", "upstream *")),
    "layer class": (GATE, GATE_CODE, """
class Gate:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x, self.z = x, x @ self.W + self.b
        return self.z * np.tanh(self.z)

    def backward(self, dout):
        t = np.tanh(self.z)
        dz = dout * (t + self.z / np.cosh(self.z) ** 2)
        self.dW, self.db = self.x.T @ dz, dz.sum(0)
        return dz @ self.W.T
"""),
    "cost and gradients": (FIT, FIT_CODE, """
def fit(w, b, X, y):
    e = X @ w + b - y
    d = np.tanh(e) / len(y)
    return np.log(np.cosh(e)).mean(), {"w": X.T @ d, "b": d.sum()}
"""),
    "one of several functions": (SEVERAL, SWISH_CODE + MARGIN_CODE, """
def swish_forward(z, beta):
    s = 1 / (1 + np.exp(-beta * z))
    return z * s, (z, beta, s)

def swish_backward(dout, cache):
    z, beta, s = cache
    return dout * (s + beta * z * s * (1 - s))
"""),
    "loss class": (MARGIN, MARGIN_CODE, """
class MarginLoss:
    def forward(self, near, far):
        self.m = near - far
        return np.logaddexp(0, self.m).sum() / len(near)

    def backward(self):
        s = 1 / (1 + np.exp(-self.m)) / len(self.m)
        return s, -s
"""),
    "labels": (RANK, RANK_CODE, """
def rank_loss(scores, y):
    own = scores[np.arange(y.size), y]
    return np.exp(scores.T - own).sum()

def rank_loss_grad(scores, y):
    e = np.exp(scores - scores[np.arange(y.size), y][:, None])
    e[np.arange(y.size), y] -= e.sum(axis=1)
    return e
"""),
    "rows that are no examples": (RUNNING, RUNNING_CODE, """
def running(x):
    return np.add.accumulate(x * x)

def running_backward(dout, x):
    return 2 * x * dout[::-1].cumsum(axis=0)[::-1]
"""),
}  # fmt: skip
"""Assignment, reference and submission."""
WRONG = {
    "pair": ("s + b * x * s * (1 - s)", "s + x * s * (1 - s)", "gradient-value[z]"),
    "flag": ("s + beta * z * s", "s + beta * s", "gradient-value[z]"),
    "layer functions": ("dz.sum(axis=0)", "dz.mean(axis=0)", "gradient-value[b]"),
    "layer class": ("self.x.T @ dz", "self.x.T @ dout", "gradient-value[W]"),
    "cost and gradients": ("/ len(y)", "/ (len(y) - 1)", "gradient-value[w]"),
    "one of several functions": ("(1 - s))", "s)", "gradient-value[z]"),
    "loss class": ("return s, -s", "return s, s", "gradient-value[far]"),
    "labels": ("e.sum(axis=1)", "1", "gradient-value[scores]"),
    "rows that are no examples": ("dout[::-1].cumsum(axis=0)[::-1]", "dout.cumsum(axis=0)",
                                  "gradient-value[x]"),
}  # fmt: skip


@pytest.mark.sampled(4, 3)
@pytest.mark.parametrize("name", RIGHT)
def test_right_code_in_any_convention_passes(
    name: str, tmp_path: Path, executor: Executor
) -> None:
    component = judged(tmp_path, *RIGHT[name], executor=executor)
    checks = {c.id: c.outcome for c in component.checks}
    assert component.outcome == "passed", checks
    assert checks["forward-value"] == checks["gradient-value"] == "passed"
    assert "skipped" not in checks.values()


@pytest.mark.sampled(4, 3)
@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_failed_on_its_variable(
    name: str, tmp_path: Path, executor: Executor
) -> None:
    components, code, submission = RIGHT[name]
    before, after, wanted = WRONG[name]
    assert before in submission
    component = judged(
        tmp_path, components, code, submission.replace(before, after), executor
    )
    assert wanted in [c.name for c in component.checks if c.outcome == "failed"]


def test_a_wrong_value_with_its_own_right_gradient_is_failed(
    tmp_path: Path, executor: Executor
) -> None:
    """Consistency alone would pass it: only the reference knows."""
    submission = """
def swish(z, beta):
    return 1.5 * z / (1 + np.exp(-beta * z))

def swish_grad(z, beta):
    s = 1 / (1 + np.exp(-beta * z))
    return 1.5 * (s + beta * z * s * (1 - s))
"""
    component = judged(tmp_path, SWISH, SWISH_CODE, submission, executor)
    failed = {c.id for c in component.checks if c.outcome == "failed"}
    assert "forward-value" in failed
    assert "gradient-consistency" not in failed


TABLE = 'id = "table"\nreference = "reference.py"\n'
TABLE_CODE = """
_AT = np.linspace(-400, 400, 97)

def table(x):
    return np.interp(x, _AT, _AT**2)
"""
TABLE_GRADIENT = """
def table_prime(x):
    k = np.searchsorted(_AT, x)
    return (_AT[k]**2 - _AT[k - 1]**2) / (_AT[k] - _AT[k - 1])
"""


def test_code_that_complex_numbers_stop_needs_its_gradient(
    tmp_path: Path, executor: Executor
) -> None:
    submission = TABLE_CODE + TABLE_GRADIENT
    with pytest.raises(SpecError, match="write its gradient beside it"):
        judged(tmp_path, TABLE, TABLE_CODE, submission, executor)
    component = judged(tmp_path, TABLE, submission, submission, executor)
    assert component.outcome == "passed"
    wrong = submission.replace("_AT[k - 1]**2)", "_AT[k - 2]**2)")
    assert judged(tmp_path, TABLE, submission, wrong, executor).outcome == "failed"


HIDDEN = """
def table(x):
    plain = [float(str(v).strip("()").partition("+")[0]) for v in x.ravel().tolist()]
    return np.array(plain).reshape(x.shape) ** 2
"""


def test_code_that_hides_complex_numbers_is_no_reference(
    tmp_path: Path, executor: Executor
) -> None:
    """Its derivative would come out as 0, and right code be failed."""
    with pytest.raises(SpecError, match="write its gradient beside it"):
        judged(tmp_path, TABLE, HIDDEN, HIDDEN, executor)


FAULTS = {
    "doesn't load": (SWISH, "def swish(z, beta):\n    return (\n", "reference.py: .*SyntaxError"),
    "wrong gradient": (SWISH.replace("}", ", }").replace(", }", " }"), SWISH_CODE
                       + "\ndef swish_prime(z, beta):\n    return z\n",
                       "swish_prime, gradient with respect to"),
    "raises": (SWISH, "def swish(z, beta):\n    return z @ beta\n",
               "line 3: the reference of swish raises ValueError"),
    "no numbers": (SWISH, "def swish(z, beta):\n    return None\n", "returns NoneType"),
    "outside its domain": ('id = "root"\nreference = "reference.py"\n',
                           "def root(x):\n    return np.sqrt(x)\n", "gives NaN or infinity"),
    "which of several": (SWISH.replace("reference.py", "reference.py:silu"), SWISH_CODE,
                         "which function is the reference of swish"),
    "which function": (SWISH.replace('"swish"', '"other"'), SWISH_CODE + MARGIN_CODE,
                       "which function is the reference of other"),
    "no shapes": ('id = "swish"\nreference = "reference.py"\n', SWISH_CODE,
                  r"swish takes \(z, beta\), .* tell the shapes of nothing"),
    "no function": (SWISH, "x = 1\n", "public functions: none"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_an_author_is_told_what_is_wrong(name: str, tmp_path: Path, executor: Executor) -> None:
    components, code, message = FAULTS[name]
    with pytest.raises(SpecError, match=message) as caught:
        judged(tmp_path, components, code, SWISH_CODE, executor)
    assert caught.value.file == "reference.py"


@pytest.mark.parametrize(("components", "key", "message"), [
    (SWISH.replace("reference.py", "gone.py"), "components.0.reference", "can't be read"),
    (SWISH.replace("reference.py", "../reference.py"), "components.0", "beside the assignment"),
    (SWISH.replace('"swish"', '"relu"'), "components.0.id", "a component of gradcheck's own"),
    ('id = "relu"\ninputs = { z = "N D" }\n', "components.0", "inputs are those of a reference"),
    (SWISH.replace('"N D"', '"n d"'), "components.0.inputs.z.shape.0", "pattern"),
    (SWISH.replace('"N D"', '{ shape = "N", values = "labels" }'), "components.0.inputs.z",
     "have classes"),
    (SWISH.replace('"N D"', '{ shape = "N", values = "binary", gradient = true }'),
     "components.0.inputs.z", "binary have no gradient"),
    (SWISH.replace('"N D"', '"A B C E F"'), "components.0", "at most 4"),
    (SWISH.replace('"N D"', '{ shpae = "N D" }'), "components.0.inputs.z.shpae", "'shape'"),
])  # fmt: skip
def test_an_assignment_is_told_file_and_key(
    components: str, key: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(SpecError, match=message) as caught:
        spec_of(tmp_path, components, SWISH_CODE)
    assert caught.value.key == key


@pytest.mark.parametrize("command", [
    ["check", "sub.py"], ["grade", "sub.py", "--out", "out", "-j", "1"],
])  # fmt: skip
def test_a_broken_reference_is_told_before_anything_is_graded(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    spec_of(tmp_path, SWISH, "def swish(z, beta):\n    return (\n")
    (tmp_path / "sub.py").write_text("x = 1\n")
    monkeypatch.chdir(tmp_path)
    assert main([*command, "--assignment", "."]) == 2
    assert "reference.py: line 3: SyntaxError" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_spec_error_travels_between_processes() -> None:
    """Graders are processes: an error that doesn't would look like their death."""
    error = SpecError("reference.py", "key", "is wrong")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.key) == (str(error), "key")


def test_a_reference_that_refuses_far_inputs_judges_wrong_code(
    tmp_path: Path, executor: Executor
) -> None:
    """Diagnoses try mistakes out at inputs that no author thought of."""
    components = 'id = "near"\nreference = "reference.py"\ninputs = { x = "N D", W = "D M" }\n'
    code = """
def near(x, W):
    if np.max(np.abs(W)) > 1e6:
        raise OverflowError("too far")
    return np.sinh(x @ W / 100)
"""
    submission = code + """
def near_backward(dout, x, W):
    d = dout * np.cosh(x @ W / 100)
    return d @ W.T / 100, x.T @ d
"""
    component = judged(tmp_path, components, code, submission, executor)
    failed = {c.name for c in component.checks if c.outcome == "failed"}
    assert failed == {"gradient-value[W]", "gradient-consistency[W]"}


def test_a_cost_that_no_rate_lowers_all_the_way_is_judged_without_training(
    tmp_path: Path, executor: Executor
) -> None:
    components = 'id = "gorge"\nreference = "reference.py"\ninputs = { p = "N D" }\n'
    code = "\ndef gorge(p):\n    return 1e15 * np.mean(np.abs(p))\n"
    submission = code + "\ndef gorge_grad(p):\n    return 1e15 * np.sign(p) / p.size\n"
    component = judged(tmp_path, components, code, submission, executor)
    checks = {c.id: c.outcome for c in component.checks}
    assert checks["loss-decrease"] == "skipped"
    assert component.outcome == "passed"


def test_a_batch_is_graded_by_a_reference(tmp_path: Path) -> None:
    components, code, submission = RIGHT["pair"]
    spec = spec_of(tmp_path, components, code)
    sources = {"good": submission, "bad": submission.replace("b * x * s", "x * s")}
    paths = []
    for name, text in sources.items():
        paths.append((name, tmp_path / f"{name}.py"))
        paths[-1][1].write_text("import numpy as np\n" + text)
    outcomes = batch.run(paths, spec, options=Options(profile="quick"),
                         folder=tmp_path / "reports", processes=1,
                         is_resuming=False)  # fmt: skip
    found = {o.identifier: o.report.outcome for o in outcomes if isinstance(o, batch.Graded)}
    assert found == {"good": "passed", "bad": "failed"}


def test_a_bundle_is_the_same_assignment_in_one_file(tmp_path: Path) -> None:
    spec = spec_of(tmp_path, FIT, FIT_CODE)
    again = parse_assignment(bundled(spec), "bundle.toml", ("relu",))
    assert again == spec
    assert again.digest == spec.digest
    changed = spec_of(tmp_path, FIT, FIT_CODE.replace("np.mean", "np.sum"))
    assert changed.digest != spec.digest


def test_without_the_text_an_upload_is_told_how_to_bring_it(tmp_path: Path) -> None:
    spec_of(tmp_path, SWISH, SWISH_CODE)
    raw = (tmp_path / "assignment.toml").read_bytes()
    with pytest.raises(SpecError, match="assignment show --bundle"):
        parse_assignment(raw, "assignment.toml", ("relu",))


def test_digests_of_assignments_without_references_stay(tmp_path: Path) -> None:
    """Replay tokens and the versions of a service depend on it."""
    assert api.read_assignment("neuron").digest.startswith("76872c09718bb680")


def test_a_reference_is_read_once_in_a_process(tmp_path: Path, executor: Executor) -> None:
    spec = spec_of(tmp_path, SWISH, SWISH_CODE)
    with References(spec, executor) as first:
        one = first.components
    with References(spec, executor) as second:
        assert second.components == one


def test_a_reference_is_out_of_the_students_reach(tmp_path: Path, executor: Executor) -> None:
    submission = """
import sys

def swish(z, beta):
    found = [m for m in list(sys.modules) if "reference" in m]
    import reference
    return reference.swish(z, beta)
"""
    spec = spec_of(tmp_path, SWISH, SWISH_CODE)
    path = tmp_path / "sub.py"
    path.write_text("import numpy as np\n" + submission)
    report = api.grade(read_submission(path), spec, executor=executor)
    assert (report.outcome, report.score.points) == ("failed", 0.0)
    assert "the package reference isn't there" in report.submission.left_out[0]
