"""Logging in and out with a browser: a token is exchanged for a session in a cookie."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from gradcheck.service import access
from gradcheck.service.problems import Problem
from gradcheck.service.web import COOKIE, ServiceOf, Viewer, body, is_same_origin

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
FOUND = 303
FORM = "application/x-www-form-urlencoded"


@router.post("/login")
def login(
    request: Request, service: ServiceOf, raw: Annotated[bytes, Depends(body)]
) -> Response:
    """Open a session for the form's ``token``."""
    if "origin" in request.headers and not is_same_origin(request):
        raise Problem(403, "this was sent by a page of another site; use the service's own")
    form = parse_qs(raw.decode("utf-8", "replace"), max_num_fields=10)
    secret = form.get("token", [""])[0].strip()
    with service.database.write() as connection:
        found = access.by_token(connection, secret)
        if found is not None:
            cookie = access.open_session(
                connection, found, hours=service.settings.session_hours
            )
    if found is None:
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/login?refused=1", FOUND)
        raise Problem(401, "this token isn't valid; ask your instructor for another",
                      headers={"WWW-Authenticate": "Bearer"})  # fmt: skip
    response = RedirectResponse("/", FOUND)
    response.set_cookie(
        COOKIE, cookie, httponly=True, samesite="lax", secure=request.url.scheme == "https",
        max_age=int(service.settings.session_hours * 3600),
    )  # fmt: skip
    return response


@router.post("/logout")
def logout(request: Request, service: ServiceOf, viewer: Viewer) -> Response:
    """Close the session."""
    with service.database.write() as connection:
        access.close_session(connection, request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/login", FOUND)
    response.delete_cookie(COOKIE)
    return response
