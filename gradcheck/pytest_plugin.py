"""``pytest --gradcheck my_impl.py``: a thin caller of the pipeline.

The student's code is never imported by pytest: files and folders given as arguments
are collected by this plug-in alone, and their items come from the worker's description.
With pytest-xdist the controller makes the plans, and hands them to the workers.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from gradcheck.api import tried_assignment
from gradcheck.errors import GradcheckError, SubmissionError, UsageError
from gradcheck.examples import PROFILES
from gradcheck.files import write_atomically, write_reports
from gradcheck.intake.submissions import Gathered, gather, read_submission
from gradcheck.options import Options
from gradcheck.pipeline import Prepared
from gradcheck.planning import Plan
from gradcheck.pytest_items import CheckItem, SubmissionFile, UnreadableFile
from gradcheck.records.assignment import MOST_SEED, AssignmentSpec
from gradcheck.records.levels import LEVEL_NAMES
from gradcheck.records.report import Report
from gradcheck.records.submission import Submission
from gradcheck.reports.terminal import FORMAT as TERMINAL
from gradcheck.reports.terminal import closing
from gradcheck.sandbox.default import default_executor, strengthened
from gradcheck.sandbox.executors import Executor

__all__ = ["Plugin"]

PLANS = "gradcheck_plans"
MOST_OPEN = 4
"""Workers kept from collection to judging; further ones are started again."""


@cache
def _plan_adapter() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)


class Plugin:
    """One pytest session over submissions."""

    def __init__(self, config: pytest.Config, executor: Executor | None) -> None:
        self.config = config
        self.executor: Executor = executor or default_executor()
        self.is_worker = hasattr(config, "workerinput")
        self.is_controller = not self.is_worker and bool(config.getoption("tx", None))
        try:
            self.spec = self._spec()
            self.options = self._options().keyed(self.spec)
        except GradcheckError as error:
            self.executor.close()
            raise pytest.UsageError(str(error)) from error
        self.required = self.options.level_of(self.spec)
        self.executor = strengthened(self.executor, self.required)
        self.paths: dict[Path, str] = {}
        self.folders: set[Path] = set()
        self.submissions: dict[Path, Submission] = {}
        self.unreadable: dict[Path, str] = {}
        self.plans: dict[str, Plan] = {}
        self.reports: dict[str, str] = {}
        self.open: dict[Path, Prepared] = {}
        self._find()

    def _value(self, name: str) -> str | None:
        option = self.config.getoption(f"gradcheck_{name}")
        return option if option is not None else (self.config.getini(f"gradcheck_{name}") or None)

    def _spec(self) -> AssignmentSpec | None:
        path = self._value("assignment")
        return tried_assignment(path) if path else None

    def _options(self) -> Options:
        seed, profile = self._value("seed"), self._value("profile") or "standard"
        hints, level = self._value("hints"), self._value("isolation")
        if seed is not None and not (seed.isascii() and seed.isdigit() and int(seed) <= MOST_SEED):
            raise UsageError(f"--gradcheck-seed: {seed!r} is no whole number from 0 to {MOST_SEED}")
        if profile not in PROFILES:
            raise UsageError(f"gradcheck_profile: one of {', '.join(PROFILES)}, not {profile!r}")
        levels = {n: k for k, name in enumerate(LEVEL_NAMES) for n in (name, str(k))}
        if level is not None and level not in levels:
            raise UsageError(f"--gradcheck-isolation: one of {', '.join(levels)}, not {level!r}")
        return Options(
            int(seed) if seed is not None else None,
            profile,  # type: ignore[arg-type]
            hints,  # type: ignore[arg-type]
            levels[level] if level is not None else None,
        )

    def _find(self) -> None:
        """Read which paths are submissions; a wrong one is pytest's usage error."""
        arguments = [Path(str(a).split("::")[0]) for a in self.config.args]
        base = self.config.invocation_params.dir
        paths = [(base / a) for a in arguments]
        try:
            existing = [p for p in paths if p.exists()]
            gathered = gather(existing) if existing else Gathered(())
            if gathered.problems:
                raise UsageError(gathered.problems[0])
            for identifier, path in gathered.found:
                try:
                    read = read_submission(path, identifier)
                except SubmissionError as error:
                    if path in paths:
                        raise
                    # found in a folder: a failing item, beside those of the others
                    self.unreadable[path.resolve()] = str(error)
                    continue
                self.paths[path.resolve()] = identifier
                self.submissions[path.resolve()] = read
        except UsageError as error:
            self.executor.close()
            raise pytest.UsageError(str(error)) from error
        self.folders = {p.resolve() for p in paths if p.is_dir()}
        self._refuse_ini()

    def _refuse_ini(self) -> None:
        """Refuse an ini-file that a submission could have brought along."""
        ini = self.config.inipath
        if ini is None or self.is_worker or not _steers(ini):
            return
        beside = {p if p.is_dir() else p.parent for p in self.paths}
        if ini.resolve().parent in beside:
            self.executor.close()
            raise pytest.UsageError(
                f"{ini} lies beside a submission and would steer pytest; move it, or give your "
                "own with -c, or use: gradcheck check"
            )

    def plan(self, path: Path) -> Plan:
        """Return the plan of one submission: the controller's, or made now."""
        submission = self.submissions[path]
        if submission.digest not in self.plans:
            prepared = Prepared(
                submission, self.spec, executor=self.executor, required=self.required
            )
            self.plans[submission.digest] = prepared.plan
            if len(self.open) < MOST_OPEN and not self.is_controller:
                self.open[path] = prepared
            else:
                prepared.close()
        return self.plans[submission.digest]

    def prepared(self, path: Path) -> Prepared:
        """Return a submission ready to be judged."""
        kept = self.open.pop(path, None)
        if kept is not None:
            return kept
        plan = self.plan(path)
        kept = self.open.pop(path, None)
        return kept or Prepared(
            self.submissions[path], self.spec, executor=self.executor, plan=plan,
            required=self.required,
        )  # fmt: skip

    # collection

    @pytest.hookimpl(tryfirst=True)
    def pytest_collect_directory(self, path: Path, parent: pytest.Collector) -> pytest.Collector:
        """Collect plain folders: a package's ``__init__.py`` would be imported."""
        return self._submission(path, parent) or pytest.Dir.from_parent(parent, path=path)

    def _submission(self, path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Return the node of a file or folder that is a submission."""
        resolved = path.resolve()
        if resolved in self.paths:
            read = self.submissions[resolved]
            return SubmissionFile.of(parent, path, resolved, self, read)
        if resolved in self.unreadable:
            return UnreadableFile.of(parent, path, self.unreadable[resolved])
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[Any], list[Any]]:
        """Replace whatever would collect (and import) a submission."""
        collected = yield
        found = self._submission(file_path, parent)
        if found is not None:
            return [found]
        inside = any(f in file_path.resolve().parents for f in self.folders)
        return [] if inside else collected

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Tell each file which of its items are wanted."""
        for item in session.items:
            if isinstance(item, CheckItem):
                item.file.wanted.add(item.item)

    # xdist

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand the plans to a worker of xdist."""
        for path in self.submissions:
            self.plan(path)
        dump = _plan_adapter().dump_json
        node.workerinput[PLANS] = json.dumps(
            {digest: dump(plan).decode() for digest, plan in self.plans.items()}
        )

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Take over the controller's plans."""
        if self.is_worker:
            given = json.loads(self.config.workerinput.get(PLANS, "{}"))  # type: ignore[attr-defined]
            self.plans = {d: _plan_adapter().validate_json(text) for d, text in given.items()}

    # results

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let the submission's report travel with the first item that ran."""
        report = yield
        if isinstance(item, CheckItem) and call.when == "call":
            text = item.file.take_report()
            if text is not None:
                report.gradcheck_report = [item.file.submission.digest, text]  # type: ignore[attr-defined]
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Receive a submission's report, from here or from a worker of xdist."""
        found = getattr(report, "gradcheck_report", None)
        if found:
            self.reports[found[0]] = found[1]

    def _ordered(self) -> list[Report]:
        """Return the reports in the order of the arguments."""
        digests = [self.submissions[p].digest for p in self.paths]
        found = []
        for path, digest in zip(self.paths, digests, strict=True):
            if digest in self.reports:
                report = Report.model_validate_json(self.reports[digest])
                identifier = self.submissions[path].id
                if report.submission.id != identifier:  # two equal files share a run
                    named = report.submission.model_copy(update={"id": identifier})
                    report = report.model_copy(update={"submission": named})
                found.append(report)
        return found

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the report file; end what was started."""
        for prepared in self.open.values():
            prepared.close()
        self.executor.close()
        if self.is_worker:
            return
        reports = self._ordered()
        is_complete = len(reports) == len(self.paths) and not self.unreadable
        is_green = is_complete and all(r.outcome == "passed" for r in reports)
        if session.exitstatus == 0 and not is_green and not self.config.option.collectonly:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED  # green needs a complete record
        target = self._value("report")
        if not target:
            return
        path = self.config.invocation_params.dir / target
        if reports:
            write_reports(path, reports)
        else:
            write_atomically(path, b"[]\n")

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what was not judged, what was remarked, and the score."""
        for report in self._ordered():
            quiet = report.model_copy(
                update={"components": tuple(c for c in report.components if _has_remark(c))}
            )
            width = terminalreporter._tw.fullwidth
            lines = TERMINAL.text(quiet, width=width).splitlines()
            lines = lines[: -len(closing(quiet, width=width))]
            kept = [n for n in lines if n.startswith(("remark", "not judged", "MISSING", " " * 9))]
            terminalreporter.section(f"gradcheck: {report.submission.id}", sep="-")
            for line in [*kept, *closing(report, width=width)]:
                terminalreporter.write_line(line)


def _steers(ini: Path) -> bool:
    """Return whether an ini-file says anything to pytest; a pyproject.toml often doesn't."""
    return ini.name != "pyproject.toml" or "[tool.pytest" in ini.read_text("utf-8", "replace")


def _has_remark(component: Any) -> bool:
    return any(f.severity == "remark" for c in component.checks for f in c.findings)
