"""The command ``gradcheck``; one file a command, found by its name.

A command's module has ``configure(parser)`` and ``execute(arguments) -> int``; its
docstring's first line is its help. Only the command that is asked for is imported.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import os
import sys
import textwrap
import traceback
from collections.abc import Sequence
from pathlib import Path

from gradcheck.errors import GradcheckError, InternalError
from gradcheck.version import VERSION

__all__ = ["main"]

USAGE_STATUS = 2
INTERNAL_STATUS = 4
HELP_WIDTH = 79
INTERRUPTED_STATUS = 130
PIPE_STATUS = 141
EXTRAS = {
    **dict.fromkeys(
        ("fastapi", "starlette", "uvicorn", "sqlalchemy", "alembic", "pydantic_settings"), "service"
    ),
    **dict.fromkeys(("procrastinate", "psycopg"), "cluster"),
}
"""Which extra brings a package that a command may lack."""


def _commands() -> dict[str, Path]:
    here = Path(__file__).parent
    return {p.stem: p for p in sorted(here.glob("*.py")) if not p.stem.startswith("_")}


def _summary(path: Path) -> str:
    # our own file, read rather than imported: --help stays fast
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.splitlines()[0] if text else ""


def _overview() -> str:
    lines = ["usage: gradcheck COMMAND [OPTIONS]", "",
             "Decides whether hand-written gradients are right; if not, names the mistake.", "",
             "commands:"]  # fmt: skip
    longest = max(map(len, _commands()))
    for name, path in _commands().items():
        first = f"  {name:<{longest}}  "
        lines += textwrap.wrap(_summary(path), HELP_WIDTH, initial_indent=first,
                               subsequent_indent=" " * len(first))  # fmt: skip
    lines += ["", "gradcheck COMMAND --help tells more of one; gradcheck --version the version.",
              "Students may also run: pytest --gradcheck my_impl.py"]  # fmt: skip
    return "\n".join(lines)


def _described(text: str) -> str:
    """Return a command's description for 80 columns; lines set in columns stay as they are."""
    parts = [
        part if "  " in part else textwrap.fill(part, HELP_WIDTH, break_on_hyphens=False)
        for part in text.strip().split("\n\n")
    ]
    return "\n\n".join(parts)


def _without(name: str, error: ModuleNotFoundError) -> int:
    """Say which extra a command needs; what isn't of one is our fault."""
    package = (error.name or "").partition(".")[0]
    extra = EXTRAS.get(package)
    if extra is None:
        raise error
    print(f'gradcheck {name} needs {package}: pip install "gradcheck[{extra}]"', file=sys.stderr)
    return USAGE_STATUS


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in {"-h", "--help"}:
        print(_overview())
        return 0 if arguments else USAGE_STATUS
    if arguments[0] in {"-V", "--version"}:
        print(f"gradcheck {VERSION}")
        return 0
    name = arguments[0]
    if name not in _commands():
        known = ", ".join(_commands())
        print(f"gradcheck: no command {name!r}; there are: {known}", file=sys.stderr)
        return USAGE_STATUS
    try:
        command = importlib.import_module(f"gradcheck.cli.{name}")
    except ModuleNotFoundError as error:
        return _without(name, error)
    parser = argparse.ArgumentParser(
        f"gradcheck {name}",
        description=_described(command.__doc__ or ""),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.configure(parser)
    parsed = parser.parse_args(arguments[1:])
    try:
        status: int = command.execute(parsed)
    except ModuleNotFoundError as error:
        return _without(name, error)
    except InternalError as error:
        print(f"gradcheck: internal error: {error}", file=sys.stderr)
        return INTERNAL_STATUS
    except GradcheckError as error:
        print(f"gradcheck: {error}", file=sys.stderr)
        return USAGE_STATUS
    except KeyboardInterrupt:
        return INTERRUPTED_STATUS
    except BrokenPipeError:
        # whoever read our output has gone: nothing is left to say to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_STATUS
    except Exception:
        traceback.print_exc()
        print("gradcheck: internal error: this is our fault, not the submission's; please report "
              "the lines above", file=sys.stderr)  # fmt: skip
        return INTERNAL_STATUS
    return status


def entry() -> None:
    """Run as a console script."""
    sys.exit(main())
