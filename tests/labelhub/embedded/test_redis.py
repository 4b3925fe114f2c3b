from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import redis

from labelhub.embedded.redis import Redis


def test_what_it_held_is_back_after_a_kill(open_folder: Path) -> None:
    with Redis(open_folder / "redis") as server:
        redis.Redis.from_url(server.url).set("message", "kept")
        log = open_folder / "redis" / "appendonly.aof"
        while b"kept" not in log.read_bytes():
            time.sleep(0.05)
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        server.start()
        assert redis.Redis.from_url(server.url).get("message") == b"kept"


def test_only_its_owner_may_talk_to_it_and_only_by_the_socket(open_folder: Path) -> None:
    with Redis(open_folder / "redis") as server:
        assert server.socket.stat().st_mode & 0o077 == 0
        assert redis.Redis.from_url(server.url).config_get("port") == {"port": "0"}


def test_it_refuses_writes_rather_than_dropping_messages(open_folder: Path) -> None:
    with Redis(open_folder / "redis") as server:
        asked = redis.Redis.from_url(server.url)
        assert asked.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert asked.config_get("appendonly") == {"appendonly": "yes"}
