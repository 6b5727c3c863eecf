"""How much a submission may use."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Budgets"]


class Budgets(BaseModel):
    """Budgets of one submission; seconds are CPU time unless the name says wall.

    The wall-clock backstop of each is ``wall_factor`` times the budget; a worker that
    is asleep or blocked is ended after ``blocked_wall`` seconds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    import_cpu: float = Field(default=5.0, strict=True, gt=0)
    call_cpu: float = Field(default=2.0, strict=True, gt=0)
    submission_cpu: float = Field(default=20.0, strict=True, gt=0)
    wall_factor: float = Field(default=5.0, strict=True, ge=1)
    blocked_wall: float = Field(default=10.0, strict=True, gt=0)
    memory_bytes: int = Field(default=2 * 2**30, strict=True, ge=64 * 2**20)
    output_bytes: int = Field(default=64 * 2**10, strict=True, ge=0)
    time_outs: int = Field(default=2, strict=True, ge=1)
    """After so many time-outs the rest of the submission is skipped."""
