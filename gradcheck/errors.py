"""Every exception that gradcheck raises, in one tree.

::

    GradcheckError
    ├── UsageError            the command line asks for something that can't be done   (exit 2)
    │   ├── SubmissionError   a path that can't be read as a submission
    │   └── StaleTokenError   a replay token of another version or assignment
    ├── SpecError             an assignment is wrong: file and key are named           (exit 2)
    └── InternalError         ours; never a zero for the student                       (exit 4)
        ├── WorkerStartError  no worker process could be started
        └── PluginError       a member of a family is malformed

A student's fault is never an exception: it is a finding in the report.
"""

from __future__ import annotations

__all__ = [
    "GradcheckError",
    "InternalError",
    "PluginError",
    "SpecError",
    "StaleTokenError",
    "SubmissionError",
    "UsageError",
    "WorkerStartError",
]


class GradcheckError(Exception):
    """The root: whatever gradcheck raises on purpose derives from it."""


class UsageError(GradcheckError):
    """What was asked can't be done; the message says what to ask instead."""


class SubmissionError(UsageError):
    """A path can't be read as a submission."""


class StaleTokenError(UsageError):
    """A replay token was made by another version or for another assignment."""


class SpecError(GradcheckError):
    """An assignment is wrong.

    Parameters
    ----------
    file : str
        The assignment's path as the author gave it.
    key : str
        The dotted key that is wrong, or ``""`` for the file as a whole.
    problem : str
        What is wrong and how to mend it.
    """

    def __init__(self, file: str, key: str, problem: str) -> None:
        self.file = file
        self.key = key
        self.problem = problem
        where = f"{file}: {key}" if key else file
        super().__init__(f"{where}: {problem}")

    def __reduce__(self) -> tuple[type[SpecError], tuple[str, str, str]]:
        """Travel between processes by what it was made of."""
        return type(self), (self.file, self.key, self.problem)


class InternalError(GradcheckError):
    """The fault is ours: the report says errored, the student loses nothing."""


class WorkerStartError(InternalError):
    """No worker process could be started."""


class PluginError(InternalError):
    """A module of a family holds no plug-in object, or more than one."""
