"""The embedded Redis: real, on a unix socket only. It carries messages; losing it loses no work.

It runs under the supervisor for the product, and through `start()` and `stop()` for tests.
"""

from __future__ import annotations

import socket
from pathlib import Path

from labelhub.embedded import places, wheels
from labelhub.embedded.server import Server


class Redis(Server):
    name = "Redis"

    def __init__(self, directory: Path, *, socket: Path | None = None) -> None:
        super().__init__()
        self.directory = directory.absolute()
        self.socket = socket or places.short_enough(self.directory) / "redis.sock"
        self.log = self.directory / "redis.log"

    @property
    def url(self) -> str:
        return places.socket_redis_url(self.socket)

    def prepare(self) -> None:
        for folder in (self.directory, self.socket.parent):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def command(self) -> list[str]:
        return [
            str(wheels.redis_server()),
            *("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--dir", str(self.directory), "--maxmemory-policy", "noeviction"),
            *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        ]

    def is_ready(self) -> bool:
        """It answers, and has read back what it had stored."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2)
            try:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
            except OSError:
                return False
