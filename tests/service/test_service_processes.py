"""The service as its users run it: a command, a socket, signals, a log."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from service_helpers import ROSTER
from service_processes import Process, Server, descendants, left

from gradcheck.cli import main
from gradcheck.service.protocol import HEAD_SECONDS

ZOO = Path(__file__).resolve().parents[2] / "submissions"
(WRONG,) = (ZOO / "logistic" / "label-for-activation").glob("*.py")
WITHIN = 60.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server that was started without any configuration but its port and patience."""
    found = Server(
        tmp_path_factory.mktemp("server"), "--port", "0", "--jobs", "1",
        GRADCHECK_REQUEST_SECONDS="1", GRADCHECK_PROFILE="quick",
    )  # fmt: skip
    found.first_token()
    assert found.ask("PUT", "/v1/courses/course/roster", content=ROSTER).is_success
    yield found
    assert found.interrupt() == 0


def report_of(server: Server, form: str) -> httpx.Response:
    put = server.ask("PUT", "/v1/assignments/logistic/submissions/ann", content=WRONG.read_bytes())
    assert put.status_code == 202
    where = put.headers["location"]
    until = time.monotonic() + WITHIN
    while server.ask("GET", where).json()["state"] != "graded":
        assert time.monotonic() < until
        time.sleep(0.05)
    return server.ask("GET", f"{where}/report?format={form}")


def test_from_upload_to_report(server: Server) -> None:
    assert (server.output.parent / "gradcheck-service.sqlite").is_file()
    ids = [one["id"] for one in server.ask("GET", "/v1/assignments").json()]
    assert {"neuron", "logistic", "network"} <= set(ids)
    assert "label-for-activation" in report_of(server, "terminal").text
    stats = server.ask("GET", "/v1/assignments/logistic/stats").json()
    assert stats["diagnoses"] == [{"name": "label-for-activation", "count": 1}]


def test_the_same_findings_as_the_command_line(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.json"
    main(["check", str(WRONG), "--assignment", "logistic", "--profile", "quick", "--report",
          str(path)])  # fmt: skip
    capsys.readouterr()
    here = json.loads(path.read_text(encoding="utf-8"))
    there = report_of(server, "json").json()
    for report in (here, there):
        for key in ("created_at", "timing", "isolation", "submission"):
            report.pop(key)
    assert json.loads(json.dumps(there).replace("logistic.py", WRONG.name)) == here


def test_the_quick_start_works_as_it_stands(server: Server, tmp_path: Path) -> None:
    """The curl commands of docs/service.md, but for the address and the token."""
    page = (ZOO.parent / "docs" / "service.md").read_text(encoding="utf-8")
    block = next(b for b in re.findall(r"```sh\n(.*?)```", page, re.DOTALL) if "export URL" in b)
    commands = block.partition("\n")[2]
    shutil.copy(WRONG, tmp_path / "my_impl.py")
    found = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands], cwd=tmp_path, capture_output=True, text=True,
        env=os.environ | {"URL": server.url, "TOKEN": str(server.token)},
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert '"token":"gradcheck_' in found.stdout
    assert '"assignment":"logistic","student":"ann"' in found.stdout
    assert '"students":2' in found.stdout
    assert found.stdout.count('"status":4') <= 1, "only the report may not be there yet"


def test_a_second_server_gets_one_line(server: Server) -> None:
    second = Process(server.output.parent / "again", "serve", "--port", "0", "--database",
                     str(server.output.parent / "gradcheck-service.sqlite"))  # fmt: skip
    assert second.process.wait(WITHIN) == 2
    (line,) = [n for n in second.log.read_text(encoding="utf-8").splitlines() if n]
    assert "another gradcheck serve has this database" in line


def test_a_port_that_is_taken(server: Server, tmp_path: Path) -> None:
    second = Process(tmp_path, "serve", "--port", server.url.rpartition(":")[2])
    assert second.process.wait(WITHIN) == 2
    assert "choose another with --host or --port" in second.log.read_text(encoding="utf-8")


def test_operators_need_no_token(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    """While the server runs, on its database."""
    database = ["--database", str(server.output.parent / "gradcheck-service.sqlite")]
    assert main(["token", "--role", "student", "--student", "bob", *database]) == 0
    bob = capsys.readouterr().out.strip()
    own = httpx.get(f"{server.url}/v1/assignments", headers={"Authorization": f"Bearer {bob}"})
    assert own.status_code == 200
    assert main(["token", "--list", *database]) == 0
    number = capsys.readouterr().out.splitlines()[-1].split()[0]
    assert main(["token", "--revoke", number, *database]) == 0
    own = httpx.get(f"{server.url}/v1/assignments", headers={"Authorization": f"Bearer {bob}"})
    assert own.status_code == 401
    roster = server.output.parent / "roster.csv"
    roster.write_bytes(ROSTER + b"eve,Eve\n")
    capsys.readouterr()
    assert main(["roster", str(roster), "--tokens", *database]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [n.partition(",")[0] for n in lines] == ["id", "ann", "bob", "eve"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["token", "--role", "student"], "say whose it is"),
        (["token", "--role", "instructor", "--course", "none"], "no course 'none'"),
        (["token", "--revoke", "99"], "no token 99"),
        (["roster", "missing.csv"], "missing.csv: can't be read"),
    ],
)
def test_operators_mistakes(
    server: Server, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    database = str(server.output.parent / "gradcheck-service.sqlite")
    assert main([*arguments, "--database", database]) == 2
    assert says in capsys.readouterr().err


def exchange(server: Server, *parts: bytes) -> bytes:
    """Send parts of a request and return the problem document that is answered."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    answer = b""
    with socket.create_connection((host, int(port)), timeout=HEAD_SECONDS + 10) as connection:
        for part in parts:
            connection.sendall(part)
        while not answer.endswith(b"}"):
            received = connection.recv(2**16)
            assert received, answer
            answer += received
    return answer


def test_a_body_that_does_not_come(server: Server) -> None:
    head = b"PUT /v1/assignments/neuron/submissions/ann HTTP/1.1\r\nHost: x\r\n"
    answer = exchange(server, head + b"Content-Length: 10\r\n\r\n", b"x")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answer


@pytest.mark.slow
@pytest.mark.parametrize("start", [b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: "])
def test_a_head_that_does_not_come(server: Server, start: bytes) -> None:
    answer = exchange(server, start)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answer


def test_what_is_no_request(server: Server) -> None:
    answer = exchange(server, b"HELO\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in answer


def test_too_large_before_it_is_read(server: Server) -> None:
    head = b"PUT /v1/assignments/neuron/submissions/ann HTTP/1.1\r\nHost: x\r\n"
    assert exchange(server, head + b"Content-Length: 10485760\r\n\r\n").startswith(
        b"HTTP/1.1 413 "
    )


def test_who_sends_ten_megabytes_hears_why_not(server: Server) -> None:
    """Also a client that listens only when it has sent everything."""
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"))
    path = "/v1/assignments/neuron/submissions/ann"
    connection.request("PUT", path, body=b"#" * 10 * 2**20)
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Content-Type"]) == (413, "application/problem+json")
    assert b"leave data and outputs out" in answer.read()
    connection.close()


def test_no_token_in_the_log(server: Server) -> None:
    assert server.token is not None
    server.ask("GET", f"/v1/assignments?token={server.token}")
    server.ask("GET", f"/v1/{server.token}")
    until = time.monotonic() + WITHIN
    log = ""
    while "(secret)" not in log:  # the line is written when the answer is sent
        assert time.monotonic() < until
        log = server.log.read_text(encoding="utf-8")
    assert "GET /v1/assignments 200" in log
    assert server.token not in log


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_finishes_what_is_graded_when_it_is_told_to_end(
    tmp_path: Path, number: signal.Signals
) -> None:
    server = Server(tmp_path, "--port", "0", "--jobs", "1")
    server.first_token()
    server.ask("PUT", "/v1/courses/course/roster", content=ROSTER)
    path = "/v1/assignments/logistic/submissions/ann"
    where = server.ask("PUT", path, content=WRONG.read_bytes()).headers["location"]
    until = time.monotonic() + WITHIN
    while server.ask("GET", where).json()["state"] == "waiting":
        assert time.monotonic() < until
    # to all of its processes, as a terminal and systemd do
    os.killpg(server.process.pid, number)
    assert server.process.wait(WITHIN) == 0
    assert "Traceback" not in server.log.read_text(encoding="utf-8")
    again = Server(tmp_path, "--port", "0", "--jobs", "0")
    again.token = server.token
    assert "admin token" not in again.output.read_text(encoding="utf-8")
    assert again.ask("GET", where).json()["state"] == "graded"
    assert again.interrupt() == 0


def test_told_twice_it_ends_at_once(tmp_path: Path) -> None:
    server = Server(tmp_path, "--port", "0", "--jobs", "1")
    server.first_token()
    server.ask("PUT", "/v1/courses/course/roster", content=ROSTER)
    path = "/v1/assignments/logistic/submissions/ann"
    endless = b"while True:\n    pass\n"
    where = server.ask("PUT", path, content=endless).headers["location"]
    until = time.monotonic() + WITHIN
    while server.ask("GET", where).json()["state"] == "waiting":
        assert time.monotonic() < until
    started = descendants(server.process.pid)
    server.process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        server.process.wait(0.5)
    assert server.interrupt() == 130
    while left(started):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_without_the_extra_there_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [m for m in sys.modules if m.startswith(("gradcheck.cli.", "gradcheck.service"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "fastapi", None)
    assert main(["serve"]) == 2
    assert capsys.readouterr().err == (
        'gradcheck serve needs fastapi: pip install "gradcheck[service]"\n'
    )


def test_a_worker_needs_postgresql(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worker", "--database", "x.sqlite"]) == 2
    assert "a worker needs PostgreSQL" in capsys.readouterr().err
