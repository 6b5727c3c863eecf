"""Triggers that let rows be added to a table and nothing else."""

from __future__ import annotations

from alembic import op

__all__ = ["make_append_only"]

SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'the table {table} is append-only'); END
"""
POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION gradcheck_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the table % is append-only', TG_TABLE_NAME; END $$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION gradcheck_append_only()
"""


def make_append_only(table: str) -> None:
    """Let the database refuse to change or delete a table's rows, whoever asks."""
    verbs = ["update", "delete"]
    statement = SQLITE
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_FUNCTION)
        statement = POSTGRESQL
        verbs.append("truncate")
    for verb in verbs:
        op.execute(statement.format(table=table, verb=verb))
