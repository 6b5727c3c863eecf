"""What the OpenAPI document says is what the service does: schemathesis, all checks on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from service_helpers import ROSTER, SOURCE
from service_processes import Server

CASES, SEED = "15", "1"
"""Requests of each kind for each operation."""
PROGRAM = "from schemathesis.cli import schemathesis; schemathesis()"


@pytest.mark.slow
def test_the_service_keeps_to_its_document(tmp_path: Path) -> None:
    server = Server(tmp_path / "server", "--port", "0", "--jobs", "1", "--profile", "quick")
    try:
        token = server.first_token()
        server.ask("PUT", "/v1/courses/course/roster", content=ROSTER)
        server.ask("PUT", "/v1/assignments/neuron/submissions/ann", content=SOURCE)
        environment = os.environ | {
            "SCHEMATHESIS_HOOKS": "service_hooks", "PYTHONPATH": str(Path(__file__).parent),
        }  # fmt: skip
        found = subprocess.run(
            [sys.executable, "-c", PROGRAM, "run", f"{server.url}/openapi.json",
             "-H", f"Authorization: Bearer {token}", "--checks", "all", "-n", CASES,
             "--seed", SEED, "--no-color"],
            cwd=tmp_path, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        assert found.returncode == 0, found.stdout[-6000:] + found.stderr[-2000:]
        assert "19 selected / 19 total" in found.stdout
        assert " 500 " not in server.log.read_text(encoding="utf-8")
    finally:
        assert server.interrupt() == 0
