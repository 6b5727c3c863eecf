"""The version, in one place that needs no installation."""

__all__ = ["VERSION"]

VERSION = "0.1.0"
