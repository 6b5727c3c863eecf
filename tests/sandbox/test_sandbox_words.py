"""Words by which functions branch, methods that need no object, and code of an older NumPy."""

from __future__ import annotations

import numpy as np
from sandbox_helpers import Open, call

from gradcheck.records.description import ModuleDescription
from gradcheck.records.program import Program

WORDS = """
import numpy as np
TABLE = {"relu": 1, "tanh": 2}

def compared(z, kind="a"):
    if kind == "a":
        return z
    elif "b" == kind.lower() or kind == "bee":
        z = z + 1
    return z if kind in ("c", "d") else -z

def matched(z, name):
    match name:
        case "x" | "y":
            return z
        case _:
            return -z

def looked_up(word, z):
    return {"one": z, "two": -z}.get(word), TABLE[word]

def handed_on(z, how):
    return compared(z, kind=how)

def none(z, n, data):
    return z if n == 1 else data["key"]
"""


def test_words_are_claimed_one_a_branch(open_session: Open) -> None:
    module = open_session(WORDS).load()
    assert isinstance(module, ModuleDescription)
    said = {f.name: {p.name: dict(p.words) for p in f.parameters if p.words}
            for f in module.functions}  # fmt: skip
    assert said == {
        "compared": {"kind": {"a": (7, 7), "b": (9, 9), "c": (10, 10)}},
        "matched": {"name": {"x": (15, 15)}},
        "looked_up": {"word": {"one": (20, 20), "two": (20, 20), "relu": (3, 3), "tanh": (3, 3)}},
        "handed_on": {"how": {"a": (0, 0), "b": (0, 0), "c": (0, 0)}},
        "none": {},
    }


METHODS = """
class Net:
    def __init__(self, slope=0.1):
        self.slope = slope
        self.count = 0

    def plain(self, x):
        return x * x

    def through(self, x):
        return self.plain(x) + self.through(x) if x else 0

    def fixed(self, x):
        return self.slope * x

    def counting(self, x):
        self.count += 1
        return x

    def counted(self, x):
        return self.count + self.fixed(x)

class Needing:
    def __init__(self, slope):
        self.slope = slope

    def fixed(self, x):
        return self.slope * x

    def plain(self, x):
        return x
"""


def test_methods_that_use_nothing_that_changes(open_session: Open) -> None:
    session = open_session(METHODS)
    module = session.load()
    assert isinstance(module, ModuleDescription)
    free = {c.name: {m.name for m in c.methods.values() if m.is_selfless} for c in module.classes}
    assert free == {"Net": {"plain", "through", "fixed"}, "Needing": {"plain"}}
    steps = (("method", "f", "Net.fixed"), ("put", "x", 0), ("call", "r", "f", ["x"], {}),
             ("method", "g", "Needing.plain"), ("call", "s", "g", ["x"], {}))  # fmt: skip
    (reply,) = session.execute([Program(steps, (np.array([10.0]),), ("r", "s"))])
    assert reply.fault is None
    assert [np.asarray(v).tolist() for v in reply.values] == [[1.0], [10.0]]


ONE_ENTRY = """
import numpy as np

class Keeper:
    def __setitem__(self, key, value):
        self.kept = key, value

def number(x):
    return float(x) + int(x)

def entry(x):
    out = np.zeros((2, 2))
    out[0, 1] = x
    out[1] = x
    keeper, record = Keeper(), {}
    keeper[0], record[1] = 1, 2
    record[3] = x
    return out

def refused(x):
    out = np.zeros(2)
    out[0] = np.ones(3)

def shaped(x):
    return np.reshape(x, newshape=(1, -1)), np.reshape(x, (1, -1)), np.math.pi
"""


def test_one_entry_is_a_number_as_before_numpy_2_4(open_session: Open) -> None:
    session = open_session(ONE_ENTRY)
    assert isinstance(session.load(), ModuleDescription)
    number, entry, refused, shaped = session.execute(
        [call(name, np.array([[3.5]])) for name in ("number", "entry", "refused", "shaped")]
    )
    assert number.values[0] == 6.5
    assert np.asarray(entry.values[0]).tolist() == [[0.0, 3.5], [3.5, 3.5]]
    assert refused.fault is not None
    assert refused.fault.frames[-1].line == 22
    assert shaped.fault is None


THREADS = """
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing import Pool
from multiprocessing.pool import ThreadPool

def started(x):
    found = []
    threads = [threading.Thread(target=lambda k=k: found.append(k * x)) for k in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(found)

def pooled(x):
    with ThreadPoolExecutor(max_workers=2) as pool:
        done = [pool.submit(lambda k: k * x, k) for k in range(3)]
        total = sum(future.result() for future in as_completed(done))
        total = total + sum(pool.map(lambda k: k * x, range(3)))
    with ThreadPool(2) as pool, Pool() as other:
        total = total + sum(pool.map(lambda k: k * x, range(3)))
        total = total + sum(other.starmap(lambda a, b: a * b * x, [(1, 2)]))
        return total + pool.apply_async(lambda k: k, (x,)).get()

def raising(x):
    with ThreadPoolExecutor() as pool:
        return pool.submit(lambda: 1 / 0).result()
"""


def test_threads_do_their_work_at_once(open_session: Open) -> None:
    session = open_session(THREADS)
    assert isinstance(session.load(), ModuleDescription)
    x = np.array([1.0, 2.0])
    started, pooled, raising = session.execute(
        [call(name, x) for name in ("started", "pooled", "raising")]
    )
    assert np.asarray(started.values[0]).tolist() == [3.0, 6.0]
    assert np.asarray(pooled.values[0]).tolist() == [12.0, 24.0]
    assert raising.fault is not None
    assert raising.fault.type_name == "ZeroDivisionError"


REFUSING = """
def parts(x):
    return x, x, x

def shape(x):
    a, b, c = x.shape
    return a

def argument(x):
    a, b = x
    return a

def result(x):
    a, b = parts(x)
    return a
"""


def test_what_takes_apart_its_argument_refuses(open_session: Open) -> None:
    session = open_session(REFUSING)
    assert isinstance(session.load(), ModuleDescription)
    replies = session.execute([call(n, np.ones((3, 2))) for n in ("shape", "argument", "result")])
    assert [r.fault is not None and r.fault.is_refusal for r in replies] == [True, True, False]
