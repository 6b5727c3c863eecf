"""Runs the application: a socket, a log without secrets, a clean end."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import sys
from types import FrameType
from typing import NoReturn

import uvicorn

from gradcheck.errors import UsageError
from gradcheck.service.app import create_app
from gradcheck.service.core import Service
from gradcheck.service.middleware import Scrub
from gradcheck.service.protocol import Protocol
from gradcheck.service.settings import Settings

__all__ = ["end_at_once", "prepare_log", "serve"]

INTERRUPTED_STATUS = 130
BACKLOG = 2048
KEEP_ALIVE_SECONDS = 15
NOISY = ("alembic", "uvicorn", "procrastinate")
"""Loggers that say more than an operator wants to know."""
DRAIN_SECONDS = 30
"""How long requests that are being answered are waited for at the end."""


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; print the address and, once, an admin's token.

    Raises
    ------
    UsageError
        If the address or the database can't be had.
    """
    prepare_log()
    bound = _bind(settings)
    try:
        app = create_app(settings)
        service: Service = app.state.service
        service.database.lock()
        host, port = bound.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        print(f"gradcheck serves http://{shown}:{port} (database: {service.database.name})")
        if (secret := service.first_token()) is not None:
            print(f"admin token, shown this once: {secret}")
        sys.stdout.flush()
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False,
            http=Protocol, ws="none", timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )  # fmt: skip
        # uvicorn drains at the first signal and then lets it take its course: to here
        signal.signal(signal.SIGTERM, _interrupt)
        with contextlib.suppress(KeyboardInterrupt):
            _Server(config).run(sockets=[bound])
    finally:
        bound.close()


class _Server(uvicorn.Server):
    """Ends at once when it is told to a second time."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            end_at_once()
        super().handle_exit(sig, frame)


def end_at_once() -> NoReturn:
    """End without waiting for anybody: everything that counts is in the database."""
    os._exit(INTERRUPTED_STATUS)


def prepare_log() -> None:
    """Let the log go to standard error, without secrets."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(Scrub())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def _bind(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((settings.host, settings.port))
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise UsageError(
            f"{settings.host}:{settings.port}: can't be listened on: {error.strerror}; choose "
            "another with --host or --port"
        ) from error
    return bound


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
