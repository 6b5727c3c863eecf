"""What schemathesis can't know: what stands in files, and what there is to ask about."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import strategies as st

SPEC = b"""
schema = "gradcheck/assignment/v1"
id = "week-1"
[[components]]
id = "relu"
"""
THERE = {"assignment": "neuron", "student": "ann", "course": "course", "identifier": 1}

schemathesis.openapi.media_type("text/x-python", st.text(min_size=1).map(str.encode))
schemathesis.openapi.media_type(
    "text/csv", st.sampled_from([b"id,name\nann,Ann\n", b"name,id\nBob,bob\nEve,eve\n"])
)
schemathesis.openapi.media_type("application/toml", st.just(SPEC))


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> Any:
    """Let about half of the requests be about something that is there."""
    for name, value in (path_parameters or {}).items():
        if name in THERE and len(str(value)) % 2 == 0:
            path_parameters[name] = THERE[name]  # type: ignore[index]
    return path_parameters
