"""Derivatives of a black box with an error bound, and comparison within bounds."""
