"""The start page and logging in; ``routes/sessions.py`` opens and closes sessions."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gradcheck.service.pages.rendering import page
from gradcheck.service.web import Viewer

__all__ = ["router"]

router = APIRouter()
SEE_OTHER = 303


@router.get("/")
def start(viewer: Viewer) -> Response:
    """Lead to where one's own things are."""
    return RedirectResponse("/teach" if viewer.is_staff else "/assignments", SEE_OTHER)


@router.get("/login")
def login(request: Request, refused: bool = False) -> Response:
    """Ask for a token."""
    return page(request, "login.html.j2", is_refused=refused)
