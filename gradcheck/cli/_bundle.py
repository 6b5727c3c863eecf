"""An assignment as one file: with the texts of the references that it names."""

from __future__ import annotations

import tomli_w

from gradcheck.records.assignment import AssignmentSpec

__all__ = ["bundled"]


def bundled(spec: AssignmentSpec) -> bytes:
    """Return an assignment's TOML that needs no other file; of the same digest."""
    data = spec.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    data.pop("model", None)
    return tomli_w.dumps({"schema": spec.schema_, **data}, multiline_strings=True).encode()
