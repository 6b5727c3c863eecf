"""What all routes share: who asks, what they may, and answers with an ETag.

Every route needs a token or a session unless its path is in ``PUBLIC`` or ``PUBLIC_FOLDER``:
``guard`` stands before the whole application. Cookies are believed in requests that change
something only if the browser says that they come from one of our own pages.
"""

from __future__ import annotations

import hashlib
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Path, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from gradcheck.records.assignment import KEBAB, LONGEST_ID, VERSION
from gradcheck.records.roster import STUDENT_ID
from gradcheck.service import access
from gradcheck.service.access import Principal
from gradcheck.service.core import Service
from gradcheck.service.problems import Problem

__all__ = [
    "COOKIE",
    "PUBLIC",
    "PUBLIC_FOLDER",
    "Admin",
    "AssignmentId",
    "CourseId",
    "RowId",
    "ServiceOf",
    "Staff",
    "StudentId",
    "VersionId",
    "Viewer",
    "body",
    "conditional",
    "guard",
    "is_same_origin",
    "viewer",
]

COOKIE = "gradcheck_session"
PUBLIC = frozenset({"/healthz", "/readyz", "/login", "/openapi.json"})
"""The paths that nobody needs a token for."""
PUBLIC_FOLDER = "/static/"
"""Scripts and styles; nothing of anybody's."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_ROW = 2**31 - 1
bearer = HTTPBearer(auto_error=False, description="a token, as `gradcheck token` prints it")


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


ServiceOf = Annotated[Service, Depends(_service)]
AssignmentId = Annotated[str, Path(pattern=KEBAB, max_length=LONGEST_ID)]
CourseId = Annotated[str, Path(pattern=KEBAB, max_length=LONGEST_ID)]
StudentId = Annotated[str, Path(pattern=STUDENT_ID)]
VersionId = Annotated[str, Path(pattern=VERSION)]
RowId = Annotated[int, Path(ge=1, le=LARGEST_ROW)]


def is_same_origin(request: Request) -> bool:
    """Return whether a browser says that the request comes from one of our own pages."""
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")


def viewer(
    request: Request,
    service: ServiceOf,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)] = None,
) -> Principal:
    """Return who asks.

    Raises
    ------
    Problem
        401 without a valid token or session; 403 for a cookie from elsewhere.
    """
    found = None
    cookie = request.cookies.get(COOKIE)
    if credentials is not None:
        with service.database.read() as connection:
            found = access.by_token(connection, credentials.credentials)
    elif cookie is not None:
        with service.database.read() as connection:
            found = access.by_session(connection, cookie)
        if found is not None and request.method not in SAFE and not is_same_origin(request):
            raise Problem(403, "this was sent by a page of another site; use the service's own")
    if found is None:
        raise Problem(
            401, "no valid token: send one as Authorization: Bearer TOKEN; an instructor or "
            "gradcheck token makes them", headers={"WWW-Authenticate": "Bearer"},
        )  # fmt: skip
    return found


Viewer = Annotated[Principal, Depends(viewer)]


def guard(request: Request, service: ServiceOf) -> None:
    """Refuse whoever has no token, whatever a route itself asks for.

    Raises
    ------
    Problem
        401, unless the route's path is public.
    """
    path: str = request.scope["path"]
    if path not in PUBLIC and not path.startswith(PUBLIC_FOLDER):
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        given = HTTPAuthorizationCredentials(scheme=scheme, credentials=secret.strip())
        viewer(request, service, given if scheme.lower() == "bearer" else None)


def _staff(found: Viewer) -> Principal:
    if not found.is_staff:
        raise Problem(403, "this is for instructors; ask with an instructor's token")
    return found


def _admin(found: Viewer) -> Principal:
    if found.role != "admin":
        raise Problem(403, "this is for admins; ask with an admin's token")
    return found


Staff = Annotated[Principal, Depends(_staff)]
Admin = Annotated[Principal, Depends(_admin)]


async def body(request: Request) -> bytes:
    """Return the request's body, whose size was limited before it got here.

    Raises
    ------
    Problem
        422 if it is empty.
    """
    raw = await request.body()
    if not raw:
        raise Problem(422, "the body is empty; send the file's content as the body")
    return raw


def conditional(request: Request, content: bytes, media_type: str) -> Response:
    """Return content with a strong ETag, or 304 to those who have it already."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    known = [t.strip() for t in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known or f"W/{tag}" in known:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
