"""Where uploaded bytes are: packed in the database, under their SHA-256."""

from __future__ import annotations

import hashlib
import zlib

from sqlalchemy import Connection, select

from gradcheck.service.database import Database
from gradcheck.service.tables import blob

__all__ = ["load", "pack", "store", "unpack"]

LEVEL = 6


def pack(raw: bytes) -> bytes:
    """Return bytes as they are stored."""
    return zlib.compress(raw, LEVEL)


def unpack(packed: bytes) -> bytes:
    """Return bytes as they were before they were packed."""
    return zlib.decompress(packed)


def store(connection: Connection, database: Database, raw: bytes) -> str:
    """Keep bytes and return their SHA-256; the same bytes are kept once."""
    digest = hashlib.sha256(raw).hexdigest()
    connection.execute(
        database.insert(blob)
        .values(sha256=digest, size=len(raw), data=pack(raw))
        .on_conflict_do_nothing()
    )
    return digest


def load(connection: Connection, digest: str) -> bytes:
    """Return the bytes of that SHA-256."""
    data = connection.execute(select(blob.c.data).where(blob.c.sha256 == digest)).scalar_one()
    return unpack(data)
