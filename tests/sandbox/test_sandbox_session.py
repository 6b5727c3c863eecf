"""A session's bookkeeping: frames, order, restarts, retries, skips, budgets."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from sandbox_helpers import QUICK, Open, call, kinds

from gradcheck.errors import InternalError
from gradcheck.records.budgets import Budgets
from gradcheck.records.description import ModuleDescription
from gradcheck.records.program import Fault, Program
from gradcheck.sandbox.executors.spawn import Spawn
from gradcheck.sandbox.session import MAX_CRASHES, Session

SOURCE = """
import os
import random
import time
import warnings
import numpy as np

calls = []

def double(x):
    calls.append(1)
    return 2 * x

def count():
    return len(calls)

def die(x):
    os._exit(3)

def spin():
    while True:
        pass

def nap():
    time.sleep(60)

def work(seconds):
    start = time.process_time()
    while time.process_time() - start < seconds:
        pass
    return seconds

def draw():
    return np.random.rand(), random.random(), float(np.random.randn())

def poison():
    np.seterr(all="raise")
    warnings.simplefilter("error")

def divide():
    return np.ones(1) / np.zeros(1)

class Net:
    def __init__(self, n=3):
        self.W = np.zeros(n)
        self.grads = {"dW": None}

    def loss(self, x, *, scale=1.0):
        self.W += x
        return scale * x.sum()

    @property
    def broken(self):
        return {}.missing
"""


@pytest.fixture(scope="module")
def shared(executor: Spawn) -> Iterator[Session]:
    """Return a session for programs that leave it as it is."""
    with Session([("my_impl.py", SOURCE)], executor=executor, budgets=QUICK) as session:
        yield session


def test_a_thousand_programs_are_one_frame_and_answered_in_order(open_session: Open) -> None:
    session = open_session(SOURCE)
    replies = session.execute([call("double", float(n)) for n in range(1000)])

    assert session.frames == 1 and session.restarts == 0
    assert [float(reply.values[0]) for reply in replies] == [2.0 * n for n in range(1000)]  # type: ignore[arg-type]
    assert session.execute([]) == [] and session.frames == 1


def test_hello_tells_what_was_observed_before_the_source_came(open_session: Open) -> None:
    session = open_session("import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (9, 9))")
    assert dict(session.hello) == {}
    assert session.load() == ModuleDescription()

    assert session.hello["numpy"] == np.__version__
    assert session.hello["rlimits"]["NOFILE"] == 64
    assert session.hello["rlimits"]["AS"] == QUICK.memory_bytes


def test_loading_happens_once(open_session: Open) -> None:
    session = open_session("print('loading')\n" + SOURCE)

    assert session.load() is session.load()
    session.execute([call("count")])
    assert session.stdout == "loading\n"


def test_every_step_does_what_the_table_says(shared: Session) -> None:
    steps = (
        ("name", "Net", "Net"),
        ("constant", "n", 2),
        ("call", "net", "Net", [], {"n": "n"}),
        ("put", "x", 0),
        ("scalar", "s", 1),
        ("get", "loss", "net", "loss"),
        ("call", "l", "loss", ["x"], {"scale": "s"}),
        ("get", "W", "net", "W"),
        ("set", "net", "grads", "l"),
        ("get", "g", "net", "grads"),
        ("list", "list", ["n", "l"]),
        ("constant", "key", "k"),
        ("dict", "d", [["k", "n"]]),
        ("setitem", "d", "k", "l"),
        ("item", "dk", "d", "k"),
        ("setitem", "list", 0, "key"),
        ("item", "l0", "list", 0),
        ("name", "unbound", "Net.loss"),
        ("call", "l2", "unbound", ["net", "x"], {}),
    )
    returns = ("l", "W", "g", "dk", "l0", "l2")
    program = Program(steps, (np.array([1.0, 2.0]), np.array(10.0)), returns)
    (reply,) = shared.execute([program])

    assert reply.fault is None
    lines = [np.asarray(value).tolist() for value in reply.values]
    assert lines == [30.0, [2.0, 4.0], 30.0, 30.0, "k", 3.0]


@pytest.mark.parametrize(
    ("steps", "type_name", "message", "step"),
    [
        ([("name", "f", "foo")], "NameError", "the submission has no name 'foo'", 0),
        ([("name", "f", "Net.foo")], "NameError", "the submission has no name 'Net.foo'", 0),
        (
            [("constant", "c", 1), ("get", "x", "c", "dW")],
            "AttributeError",
            "the int object has no attribute 'dW'",
            1,
        ),
        (
            [("constant", "c", [1]), ("item", "x", "c", 3)],
            "IndexError",
            "the list has no element 3",
            1,
        ),
        (
            [("constant", "c", None), ("item", "x", "c", "dW")],
            "TypeError",
            "the value is a NoneType, which has no elements (asked for 'dW')",
            1,
        ),
    ],
)
def test_what_is_missing_is_said_in_plain_english(
    shared: Session, steps: list[tuple[object, ...]], type_name: str, message: str, step: int
) -> None:
    (reply,) = shared.execute([Program(tuple(steps))])

    assert reply.fault == Fault("exception", type_name, message, (), step)


def test_an_error_inside_a_property_is_the_students_own(shared: Session) -> None:
    steps = (("name", "N", "Net"), ("call", "n", "N", [], {}), ("get", "b", "n", "broken"))
    (reply,) = shared.execute([Program(steps)])

    assert reply.fault is not None and reply.fault.step == 2
    assert "'missing'" in reply.fault.message
    assert [frame.function for frame in reply.fault.frames] == ["broken"]


def test_programs_share_the_module_but_random_states_are_set_before_each(
    shared: Session,
) -> None:
    first, second = shared.execute([call("draw"), call("draw")])

    assert first.values == second.values and first.fault is None


def test_another_seed_draws_other_numbers(executor: Spawn) -> None:
    drawn = []
    for seed in (0, 1, 1):
        with Session(
            [("my_impl.py", SOURCE)], executor=executor, budgets=QUICK, seed=seed
        ) as session:
            drawn.append(session.execute([call("draw")])[0].values)

    assert drawn[0] != drawn[1] == drawn[2]


def test_error_handling_is_put_back(open_session: Open) -> None:
    session = open_session(SOURCE)
    replies = session.execute([call("poison"), call("divide")])

    assert kinds(replies) == ["values", "values"]
    assert np.isinf(replies[1].values[0]).all()  # type: ignore[arg-type]
    assert session.stderr == ""


def test_a_batch_continues_after_a_crash_in_its_middle(open_session: Open) -> None:
    session = open_session(SOURCE)
    batch = [call("double", 1.0), call("die", 1.0), call("double", 3.0), call("count")]
    replies = session.execute(batch)

    assert kinds(replies) == ["values", "crash", "values", "values"]
    assert float(replies[2].values[0]) == 6.0  # type: ignore[arg-type]
    assert replies[3].values == (1,)  # a new worker has forgotten the first call
    assert session.restarts == 1 and session.crashes == 1 and session.frames == 2
    assert replies[1].fault is not None and "exit status 3" in replies[1].fault.message


def test_two_time_outs_skip_the_rest_also_of_later_batches(open_session: Open) -> None:
    session = open_session(SOURCE)
    batch = [call("spin"), call("double", 1.0), call("spin"), call("double", 1.0), call("count")]
    replies = session.execute(batch)

    assert kinds(replies) == ["time-out", "values", "time-out", "skipped", "skipped"]
    assert session.time_outs == 2
    assert kinds(session.execute([call("double", 1.0)])) == ["skipped"]
    fault = replies[0].fault
    assert fault is not None and fault.message == "used more than 0.15 s of CPU time"


def test_crash_after_crash_skips_the_rest(open_session: Open) -> None:
    session = open_session(SOURCE)
    replies = session.execute([call("die", 1.0)] * (MAX_CRASHES + 2))

    assert kinds(replies) == ["crash"] * MAX_CRASHES + ["skipped"] * 2
    assert session.restarts == MAX_CRASHES - 1


def test_a_sleeper_is_tried_once_more_and_then_ended(open_session: Open) -> None:
    session = open_session(SOURCE)
    replies = session.execute([call("double", 1.0), call("nap"), call("double", 2.0)])

    assert kinds(replies) == ["values", "time-out", "values"]
    fault = replies[1].fault
    assert fault is not None and fault.type_name == "blocked" and "asleep" in fault.message
    assert session.time_outs == 1 and session.restarts == 2


def test_a_program_that_was_only_unlucky_gets_its_values(
    open_unlocked: Open, tmp_path: object
) -> None:
    source = f"""
    import os, time
    def slow_once():
        flag = {str(tmp_path)!r} + "/seen"
        if not os.path.exists(flag):
            open(flag, "w").close()
            time.sleep(60)
        return 5
    """
    session = open_unlocked(source)
    replies = session.execute([call("slow_once"), call("slow_once")])

    assert [reply.values for reply in replies] == [(5,), (5,)]
    assert session.time_outs == 0 and session.restarts == 1


def test_the_whole_submission_has_a_budget_too(open_session: Open) -> None:
    budgets = Budgets(call_cpu=1.0, submission_cpu=0.5, import_cpu=1.0)
    session = open_session(SOURCE, budgets)
    replies = session.execute([call("work", 0.2)] * 5)

    assert kinds(replies)[0] == "values"
    last_run = kinds(replies).index("time-out")
    assert kinds(replies)[last_run + 1 :] == ["skipped"] * (4 - last_run)
    fault = replies[last_run].fault
    assert fault is not None and fault.type_name == "submission-cpu-time"
    assert 0.5 <= session.cpu_seconds <= 1.0


def test_if_it_can_not_be_loaded_again_the_rest_is_skipped(
    open_unlocked: Open, tmp_path: object
) -> None:
    source = f"""
    import os
    flag = {str(tmp_path)!r} + "/loaded"
    if os.path.exists(flag):
        while True: pass
    open(flag, "w").close()
    def die():
        os._exit(1)
    """
    session = open_unlocked(source)
    replies = session.execute([call("die"), call("die")])

    assert kinds(replies) == ["crash", "skipped"]
    assert replies[1].fault is not None and "loaded again" in replies[1].fault.message


def test_what_did_not_load_is_not_executed(open_session: Open) -> None:
    session = open_session("import os\nos._exit(0)\n")
    loaded = session.load()

    assert isinstance(loaded, Fault) and loaded.kind == "crash"
    assert session.load() is loaded
    assert kinds(session.execute([call("f")])) == ["skipped"]
    assert session.restarts == 0


def test_a_malformed_program_costs_no_worker(open_session: Open) -> None:
    session = open_session(SOURCE)
    with pytest.raises(InternalError):
        session.execute([Program((("jump",),))])

    assert kinds(session.execute([call("count")])) == ["values"]
    assert session.restarts == 0


def test_a_closed_session_skips(open_session: Open) -> None:
    session = open_session(SOURCE)
    session.load()
    session.close()
    session.close()

    assert kinds(session.execute([call("count")])) == ["skipped"]


@pytest.mark.parametrize("files", [[], [("a.py", ""), ("a.py", "")]])
def test_no_files_and_twins_are_refused(executor: Spawn, files: list[tuple[str, str]]) -> None:
    with pytest.raises(InternalError, match="of different names"):
        Session(files, executor=executor, budgets=QUICK)
