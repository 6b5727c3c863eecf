"""Assignments with references of their own, uploaded and graded by."""

from __future__ import annotations

from pathlib import Path

from service_helpers import World

from gradcheck.api import read_assignment
from gradcheck.cli._bundle import bundled
from gradcheck.grading.graders import Graders
from gradcheck.service.grading import Grading

ASSIGNMENT = """schema = "gradcheck/assignment/v1"
id = "swish"
version = "1"

[[components]]
id = "swish"
reference = "reference.py"
inputs = { z = "N D", beta = "" }
"""
REFERENCE = "import numpy as np\n\ndef swish(z, beta):\n    return z / (1 + np.exp(-beta * z))\n"
RIGHT = b"""import numpy as np

def swish(z, beta):
    return z / (1 + np.exp(-beta * z))

def swish_grad(z, beta):
    s = 1 / (1 + np.exp(-beta * z))
    return s + beta * z * s * (1 - s)
"""
PATH = "/v1/assignments/swish/versions/1"


def test_a_bundle_is_graded_by_its_reference(world: World, tmp_path: Path) -> None:
    (tmp_path / "assignment.toml").write_text(ASSIGNMENT)
    (tmp_path / "reference.py").write_text(REFERENCE)
    refused = world.ask("teacher", "PUT", PATH, content=ASSIGNMENT.encode())
    assert refused.status_code == 422
    assert "--bundle" in refused.text
    bundle = bundled(read_assignment(tmp_path))
    assert world.ask("teacher", "PUT", PATH, content=bundle).status_code == 201
    shown = world.ask("ann", "GET", "/v1/assignments/swish")
    assert "np.exp" not in shown.text, "a reference is a solution"
    for student, source in (("ann", RIGHT), ("bob", RIGHT.replace(b"+ beta * z", b"+ z"))):
        assert world.put(student, source, student=student, assignment="swish").status_code == 202
    graders = Graders(1)
    try:
        for identifier in (1, 2):
            Grading(world.service.database, graders, world.service.settings)(identifier)
    finally:
        graders.close()
    points = [world.ask("teacher", "GET", f"/v1/submissions/{k}").json()["grade"]["points"]
              for k in (1, 2)]  # fmt: skip
    assert points == [1, 0]
