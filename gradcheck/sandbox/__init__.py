"""The process boundary: a submission living in another process.

This package's ``__init__`` imports nothing, so that a worker can be started ahead of
need (:mod:`gradcheck.sandbox.executors.spawn`) before anything heavy is imported.
"""
