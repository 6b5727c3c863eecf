"""Forms that carry a file; the body's size was limited before it got here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from gradcheck.service.problems import Problem

__all__ = ["Form", "Sent"]

LONGEST_NAME = 100
MOST_FIELDS = 10


@dataclass(frozen=True)
class Form:
    """What a form sent.

    ``filename`` is the last part of the file's name, without control characters; it may be
    empty.
    """

    fields: Mapping[str, str]
    filename: str
    content: bytes

    def file(self, what: str) -> bytes:
        """Return the file's content.

        Raises
        ------
        Problem
            422 if none was chosen, or it is empty.
        """
        if not self.content:
            chosen = f"{self.filename!r} is empty" if self.filename else "no file was chosen"
            raise Problem(422, f"{chosen}: choose {what}, then send the form")
        return self.content


async def _read(request: Request) -> Form:
    fields: dict[str, str] = {}
    filename, content = "", b""
    async with request.form(max_files=1, max_fields=MOST_FIELDS) as sent:
        for key, value in sent.multi_items():
            if isinstance(value, UploadFile):
                filename, content = _last_part(value.filename or ""), await value.read()
            else:
                fields[key] = value
    return Form(fields, filename, content)


def _last_part(name: str) -> str:
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(c for c in last if c.isprintable())[:LONGEST_NAME]


Sent = Annotated[Form, Depends(_read)]
