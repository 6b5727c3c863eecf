"""What an operator may set: by option of the command line, or by an environment variable."""

from __future__ import annotations

import os
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from gradcheck.examples import Profile
from gradcheck.seeds import SHORTEST_KEY

__all__ = ["Settings"]


class Settings(BaseSettings):
    """The service's settings; each has a variable, as in ``GRADCHECK_PORT``."""

    model_config = SettingsConfigDict(env_prefix="GRADCHECK_", extra="ignore", frozen=True)

    database: str = "gradcheck-service.sqlite"
    """A path of an SQLite file, or ``postgresql://…``."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """0: any free one."""
    jobs: Annotated[int, Field(ge=0)] = os.cpu_count() or 1
    """How many submissions are graded at once here; 0: others do it."""
    profile: Profile = "standard"
    interpreter: str | None = None
    """The Python that runs students' code; None: the service's own."""
    require_isolation: Annotated[int, Field(ge=0, le=4)] = 0
    course_key: Annotated[str | None, Field(min_length=SHORTEST_KEY, repr=False)] = None
    """For secret seeds; without one, one is drawn and kept in the database."""
    request_seconds: Annotated[float, Field(gt=0)] = 30.0
    """A request that isn't there after so long is refused."""
    uploads_per_minute: Annotated[int, Field(ge=1)] = 10
    """Of one student; the first for an assignment is always stored."""
    session_hours: Annotated[float, Field(gt=0)] = 12.0
    upkeep_seconds: Annotated[float, Field(gt=0)] = 60.0
    """How often submissions that lost their job are looked for."""
