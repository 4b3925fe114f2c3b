"""Asking a worker for something small while somebody waits for it, and the worker's reply.

Unlike a job there is nothing of it in Postgres: it goes through Redis, to whichever worker is free,
and back to the process that asked, through a list of its own. Nothing is kept: a reply for which
nobody waits any more is forgotten, and a request that nobody took in time is dropped.
"""

from __future__ import annotations

import json
import logging
import time
import uuid
from typing import Any, cast

from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError
from redis import Redis
from redis.exceptions import RedisError

from labelhub.embedded import places
from labelhub.errors import LabelhubError
from worker.app import app

log = logging.getLogger(__name__)

AHEAD = 0  # of the priorities that workers take messages by, the first
REPLY_SECONDS = 60
CONNECT_SECONDS = 2.0

Reply = dict[str, Any]


class NobodyAnswers(LabelhubError):
    code = "nobody_answers"
    http_status = 503


def ask(task: str, *, seconds: float, **request: object) -> Reply:
    """Send a worker a request, ahead of its other work, and wait for the reply.

    Args:
        task: its name is `worker.<task>`; called with `reply_to` and the request's parts, which
            are JSON.
        seconds: for all of it.

    Raises:
        NobodyAnswers: in time, or at all.
    """
    enough = time.monotonic() + seconds
    reply_to = f"labelhub:reply:{uuid.uuid4().hex}"
    try:
        app.send_task(
            f"worker.{task}", [reply_to], request, expires=seconds, priority=AHEAD, retry=False
        )
        with _redis(seconds) as redis:
            left = max(0.1, enough - time.monotonic())  # to Redis, 0 is for ever
            found = cast("tuple[bytes, bytes] | None", redis.blpop([reply_to], timeout=left))
    except (OperationalError, RedisError) as error:
        log.error("nobody can be asked for %s: Redis is away (%s)", task, error)
        raise NobodyAnswers(
            _(
                "The workers cannot be reached. Try again in a moment; if that does not help, ask "
                "whoever runs this labelhub to start it (“make up”)."
            )
        ) from error
    if found is None:
        raise NobodyAnswers(
            _(
                "No worker answered within %d seconds: they are busy, still loading what this "
                "takes, or not running. Try again in a moment."
            )
            % round(seconds)
        )
    replied: Reply = json.loads(found[1])
    return replied


def reply(reply_to: str, found: Reply) -> None:
    """Send whoever asked what was found."""
    with _redis(CONNECT_SECONDS) as redis, redis.pipeline() as pipe:
        pipe.rpush(reply_to, json.dumps(found))
        pipe.expire(reply_to, REPLY_SECONDS)
        pipe.execute()


def _redis(seconds: float) -> Redis:
    # It is given a little longer than what it is asked to wait, so that it is Redis who says so.
    return Redis.from_url(
        places.redis_url(),
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=seconds + 1,
        protocol=2,
    )
