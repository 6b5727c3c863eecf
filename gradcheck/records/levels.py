"""The isolation levels by name: part of the contract."""

from __future__ import annotations

__all__ = ["LEVEL_NAMES"]

LEVEL_NAMES = ("process", "limits", "kernel-policy", "namespaces", "guest-kernel")
"""Level k's name stands at k."""
