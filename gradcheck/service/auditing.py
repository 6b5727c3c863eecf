"""Who did what: the audit table."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from gradcheck.service import tables
from gradcheck.service.clock import now

__all__ = ["record"]


def record(
    connection: Connection, actor: str, *, action: str, target: str, detail: str = ""
) -> None:
    """Write down that somebody did something, in the transaction that does it.

    Parameters
    ----------
    actor : str
        As :attr:`gradcheck.service.access.Principal.actor`.
    """
    connection.execute(
        insert(tables.audit).values(
            at=now(), actor=actor, action=action, object=target, detail=detail
        )
    )
