"""The routes of the API, one file a topic; ``api`` has them all under ``/v1``."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from gradcheck.service.routes import assignments, courses, health, sessions, submissions, tokens
from gradcheck.service.web import viewer

__all__ = ["api", "health_router", "sessions_router"]

api = APIRouter(prefix="/v1", dependencies=[Depends(viewer)])
api.include_router(assignments.router)
api.include_router(submissions.router)
api.include_router(courses.router)
api.include_router(tokens.router)
health_router = health.router
sessions_router = sessions.router
