"""The grading service: uploads in, reports out, for a course or many.

How the parts fit::

    app.py ── routes/ (one file a topic) ── web.py (who asks) ── problems.py (RFC 9457)
      │           │                           access.py (tokens, sessions, what they see)
      │           ├── submissions.py  catalogue.py  people.py  overview.py     what is asked
      │           │        │ queueing.py: whose turn it is
      │           │        ▼
      │           │    engines/  base.py: Engine;  local.py: SQLite;  cluster.py: PostgreSQL
      │           │        │ a job is a submission's id, put in the upload's own transaction
      │           │        ▼
    core.py ───────── grading.py ── gradcheck.grading.graders ── the line (gradcheck.pipeline)
      │                    │ the only writer of grades: unique key, ON CONFLICT DO NOTHING
      ▼                    ▼
    database.py ── tables.py ── migrations/

The truth is the append-only table ``grade``; an engine only has to run each job at least once.
A submission that wants a grade and has no job, whatever happened to it, gets a new one within
a minute (:meth:`gradcheck.service.core.Service.reconcile`). A fault of ours is tried three
times, then told as state ``dead``: it is never a zero.
"""
