"""gradcheck beside its peers, on the same right and wrong functions, in one run.

Usage: python benchmarks/peers [--seeds N] [--peer-seeds N] [--counts N,N] [--only FILE,FILE]

The peers: torch.autograd.gradcheck (slow and fast), jax.test_util.check_grads,
autograd.test_util.check_grads, scipy.optimize.check_grad, and the recipe of Stanford's CS231n
(central differences, entry by entry), written anew here. One that isn't installed is said and
left out (pip install -e ".[peers]"). The right functions are in functions/, the wrong ones are
made of them in mistakes.py.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from importlib.metadata import PackageNotFoundError, version

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # CPU times of one core, for all alike; before NumPy is there

import numpy as np  # noqa: E402
import report  # noqa: E402
from comparison import alarms, detection, runs  # noqa: E402
from product import Product  # noqa: E402
from sensitivity import (  # noqa: E402
    COUNTS,
    GRADCHECK,
    costs,
    is_entrywise,
    scaled,
    single,
    smallest,
    uniform,
)
from tools import TOOLS, missing  # noqa: E402

MOST_ENTRYWISE = 1_000
"""Beyond it entrywise tools aren't bisected."""
PACKAGES = ("numpy", "torch", "jax", "autograd", "scipy")


def say(text: str) -> None:
    """Show what is being done, where somebody looks on."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text[:78]}", end="", file=sys.stderr, flush=True)


def versions() -> str:
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def scaling(counts: list[int], tools: list[str]) -> report.Scaling:
    found = report.Scaling()
    for count in counts:
        for label, entry in scaled(count).items():
            for tool in tools:
                say(f"{count} parameters: {label}, {tool}")
                key = (count, label, tool)
                found.costs[key] = costs(tool, entry)
                if count <= MOST_ENTRYWISE or not is_entrywise(tool):
                    found.errors[key] = (
                        smallest(tool, entry, uniform), smallest(tool, entry, single)
                    )  # fmt: skip
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=2, help="of gradcheck on right functions")
    parser.add_argument("--peer-seeds", type=int, default=3, help="of the peers on them")
    parser.add_argument("--counts", default=",".join(map(str, COUNTS)),
                        help="numbers of parameters; none to leave that part out")  # fmt: skip
    parser.add_argument("--only", default="", help="files of functions/, without .py")
    arguments = parser.parse_args()
    only = arguments.only.split(",") if arguments.only else None
    counts = [int(word) for word in arguments.counts.split(",") if word.strip().isdigit()]
    tools = [*GRADCHECK, *(name for name, tool in TOOLS.items() if tool is not None)]
    tools.remove("CS231n 1e-7")  # the same recipe as the other

    begin = time.perf_counter()
    print(f"gradcheck beside its peers: {versions()}")
    print("\n".join(f"not installed, left out: {name}" for name in missing()) or "all there")
    np.seterr(all="ignore")
    sizes = scaling(counts, tools)
    product = Product()
    try:
        found = detection(product, say, only)
        judged = runs(product, range(arguments.seeds), say, found, only)
        accused = alarms(arguments.peer_seeds, say, only)
    finally:
        product.close()
    say("")
    lines = report.detection_table(found, accused, judged)
    lines += report.runs_table(judged) + report.misses(found)
    if counts:
        lines += report.scaling_table(sizes, counts, tools)
    lines += report.targets(found, judged, sizes, counts)
    print("\n".join(lines))
    print(f"{time.perf_counter() - begin:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
