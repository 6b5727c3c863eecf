"""Frozen records that pass between the stages."""
