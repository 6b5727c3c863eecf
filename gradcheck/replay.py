"""Replay tokens: one finding in 32 letters, drawn again rather than stored."""

from __future__ import annotations

import base64
import binascii
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gradcheck.errors import StaleTokenError, UsageError
from gradcheck.examples import PROFILES, Profile
from gradcheck.records.text import as_written

__all__ = ["Token", "decode", "encode", "labels_of", "matching"]

LAYOUT = struct.Struct(">BHIBHHBBI")
"""Format, version, seed, profile, component, check, variable, example, assignment."""
FORMAT = 1
SHRUNK = 255
ORDER: tuple[Profile, ...] = tuple(PROFILES)


@dataclass(frozen=True)
class Token:
    """What a token says; ids are hashes that are looked up among the known ones."""

    version: int
    seed: int
    profile: Profile
    component: int
    check: int
    variable: int
    example: int
    assignment: int


def _short(text: str) -> int:
    return zlib.crc32(text.encode()) & 0xFFFF


def _byte(text: str | None) -> int:
    return zlib.crc32(text.encode()) % 255 + 1 if text else 0


def _assignment(digest: str | None) -> int:
    return int(digest[:8], 16) if digest else 0


def encode(
    *, version: str, seed: int, profile: Profile, component: str, check: str,
    variable: str | None, example: int, digest: str | None,
) -> str:  # fmt: skip
    """Return the token of one finding."""
    body = LAYOUT.pack(
        FORMAT, _short(version), seed, ORDER.index(profile), _short(component), _short(check),
        _byte(variable), SHRUNK if example < 0 else example, _assignment(digest),
    )  # fmt: skip
    checksum = struct.pack(">H", zlib.crc32(body) & 0xFFFF)
    return base64.b32encode(body + checksum).decode().rstrip("=")


def decode(text: str, *, version: str, digest: str | None) -> Token:
    """Return what a token says.

    Raises
    ------
    UsageError
        If it is no token at all.
    StaleTokenError
        If another version made it, or it belongs to another assignment.
    """
    padded = text.strip().upper()
    padded += "=" * (-len(padded) % 8)
    try:
        raw = base64.b32decode(padded)
        body, checksum = raw[:-2], raw[-2:]
        if len(body) != LAYOUT.size or struct.pack(">H", zlib.crc32(body) & 0xFFFF) != checksum:
            raise ValueError
    except (binascii.Error, ValueError) as error:
        raise UsageError(f"{text!r} is no replay token; copy it whole from the report") from error
    kind, made, seed, profile, component, check, variable, example, assignment = LAYOUT.unpack(body)
    if kind != FORMAT or made != _short(version) or profile >= len(ORDER):
        raise StaleTokenError("stale token: it was made by another version of gradcheck; "
                              "run the check again")  # fmt: skip
    if assignment != _assignment(digest):
        raise StaleTokenError("stale token: it belongs to another assignment; give that one with "
                              "--assignment, or run the check again")  # fmt: skip
    return Token(made, seed, ORDER[profile], component, check, variable, example, assignment)


def labels_of(components: Iterable[tuple[str, Sequence[str]]]) -> tuple[str, ...]:
    """Return a label of each (id, names): the id, with the last name where two share it."""
    labels: list[str] = []
    for identifier, names in components:
        name = f"{identifier}@{as_written(names[-1])}"  # as a report has it
        labels.append(name if identifier in labels else identifier)
    return tuple(labels)


def matching(
    token: Token, known: Iterable[tuple[str, str, str | None]]
) -> list[tuple[str, str, str | None]]:
    """Return the (component, check, variable) that a token names, of those known."""
    return [
        (component, check, variable)
        for component, check, variable in known
        if _short(component) == token.component
        and _short(check) == token.check
        and _byte(variable) == token.variable
    ]
