"""What all report records share."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["Record"]


class Record(BaseModel):
    """Frozen, strict about its keys; numbers are finite or null."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
