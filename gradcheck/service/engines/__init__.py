"""Engines: what runs the jobs. ``local`` on SQLite, ``cluster`` on PostgreSQL.

The truth is the table of grades with its unique key; an engine only has to run each job at
least once. What an engine must do is in ``base``; one suite of tests holds both to it.
"""

from __future__ import annotations

import importlib
from typing import Any

from gradcheck.service.database import Database
from gradcheck.service.engines.base import Engine

__all__ = ["engine_for"]


def engine_for(database: Database) -> Engine:
    """Return the engine that fits a database.

    Raises
    ------
    ModuleNotFoundError
        If it needs a package that isn't installed.
    """
    name = "local" if database.is_sqlite else "cluster"
    module: Any = importlib.import_module(f"gradcheck.service.engines.{name}")
    engine: Engine = module.ENGINE(database)
    return engine
