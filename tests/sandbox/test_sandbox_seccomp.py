"""The filters that are shipped are those that the script makes."""

from __future__ import annotations

import importlib.util
import struct
from pathlib import Path
from types import ModuleType

import pytest

from gradcheck.sandbox.worker.lockdown import seccomp

SCRIPT = Path(__file__).parents[2] / "scripts" / "make_seccomp_filters.py"
ARCHITECTURES = ("x86_64", "aarch64")
RETURN, DENIED, KILLED = 0x06, 0x00050001, 0x80000000


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_seccomp_filters", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_filter_is_what_the_script_makes(script: ModuleType, architecture: str) -> None:
    library = script.library()
    if library is None:
        pytest.skip("no libseccomp here")
    assert script.made(library, architecture) == seccomp.program(architecture)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_filter_denies_and_kills_on_a_foreign_interface(architecture: str) -> None:
    program = seccomp.program(architecture)
    steps = list(struct.iter_unpack("<HBBI", program))
    answers = [value for code, _, _, value in steps if code == RETURN]
    assert DENIED in answers and KILLED in answers
    assert len(program) % 8 == 0 and len(steps) > 100


def test_an_unknown_architecture_has_none() -> None:
    with pytest.raises(OSError, match="riscv64"):
        seccomp.program("riscv64")
