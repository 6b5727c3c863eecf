"""Is the service alive, and can it work?"""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import text

from gradcheck.service.problems import Problem, responses
from gradcheck.service.web import ServiceOf

__all__ = ["Health", "router"]

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """It is well."""

    status: Literal["ok"] = "ok"


@router.get("/healthz")
def healthz() -> Health:
    """Answer, if the process is alive."""
    return Health()


@router.get("/readyz", responses={503: responses(503)[503]})
def readyz(service: ServiceOf) -> Health:
    """Answer ok if the database answers and what grades here still runs."""
    with service.database.read() as connection:
        connection.execute(text("SELECT 1"))
    if not service.is_working():
        raise Problem(503, "what grades here has ended; see the log and start the service again")
    return Health()
