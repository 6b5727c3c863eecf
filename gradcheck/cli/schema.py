"""the JSON Schema of the report or of an assignment"""

from __future__ import annotations

import argparse
import json

from pydantic import BaseModel

from gradcheck.records.assignment import AssignmentSpec
from gradcheck.records.report import Report

MODELS: dict[str, type[BaseModel]] = {"report": Report, "assignment": AssignmentSpec}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("of", choices=tuple(MODELS), help="what the schema describes")


def execute(arguments: argparse.Namespace) -> int:
    """Print the schema."""
    schema = MODELS[arguments.of].model_json_schema(by_alias=True)
    schema["$id"] = f"gradcheck/{arguments.of}/v1"
    print(json.dumps(schema, indent=1))
    return 0
