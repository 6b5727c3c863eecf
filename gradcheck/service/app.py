"""The application: settings in, FastAPI out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from gradcheck.service import pages
from gradcheck.service.core import Service
from gradcheck.service.middleware import Headers, Limits, Log
from gradcheck.service.problems import ProblemDocument, install
from gradcheck.service.routes import api, health_router, sessions_router
from gradcheck.service.settings import Settings
from gradcheck.service.web import guard
from gradcheck.version import VERSION

__all__ = ["create_app"]

DESCRIPTION = """
Grades hand-written gradients. A student's file is `PUT`, graded in the background, and its
report fetched when `GET /v1/submissions/{id}` says `graded`. Every error is a problem document
(RFC 9457).
"""


def create_app(settings: Settings) -> FastAPI:
    """Return the application; its service is ``app.state.service``.

    Submissions are graded between the application's start-up and its shutdown, which finishes
    what is being graded and closes the service.

    Raises
    ------
    UsageError
        If the database can't be opened.
    """
    service = Service(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if settings.jobs:
            service.start_worker(settings.jobs)
        yield
        await run_in_threadpool(service.close)

    app = FastAPI(
        title="gradcheck", version=VERSION, description=DESCRIPTION.strip(),
        lifespan=lifespan, docs_url=None, redoc_url=None, dependencies=[Depends(guard)],
        generate_unique_id_function=_operation, redirect_slashes=False,
    )  # fmt: skip
    app.state.service = service
    install(app)
    app.include_router(api)
    app.include_router(health_router)
    app.include_router(sessions_router)
    app.add_middleware(Limits, seconds=settings.request_seconds)
    pages.install(app)
    app.add_middleware(Headers)
    app.add_middleware(Log)
    app.openapi = lambda: _described(app)  # type: ignore[method-assign]
    return app


def _operation(route: APIRoute) -> str:
    return f"{route.tags[0] if route.tags else 'pages'}-{route.name}"


def _described(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document with problem documents for what FastAPI describes itself."""
    if app.openapi_schema is not None:
        return app.openapi_schema
    document = FastAPI.openapi(app)
    schemas = document["components"]["schemas"]
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas["Problem"] = ProblemDocument.model_json_schema()
    return document
