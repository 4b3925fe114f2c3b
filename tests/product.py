"""The whole product, started as `make up` starts it, in a home of its own: for browser tests and
benchmarks.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PROCESSES = ("web", "worker-cpu", "worker-gpu", "worker-sweep", "redis", "postgres", "beat")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


class Product:
    """One running labelhub; `stop` ends it and throws its home away."""

    def __init__(self, **settings: str) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="labelhub-product-"))
        self.home.chmod(0o711)  # under root, Postgres runs as another account
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        outer = ("LABELHUB_", "DATABASE_URL", "REDIS_URL", "DJANGO_")
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(outer)
        }
        self.environment = inherited | {
            "LABELHUB_HOME": str(self.home),
            "LABELHUB_PORT": str(self.port),
            "HF_ENDPOINT": "http://127.0.0.1:9",  # nobody there: the starter, everywhere
            **settings,
        }
        self._people: dict[str, ApiClient] = {}

    def start(self) -> float:
        """Start it; seconds until it was ready."""
        began = time.monotonic()
        self.run("-m", "labelhub.embedded", "up")
        return time.monotonic() - began

    def stop(self) -> None:
        self.run("-m", "labelhub.embedded", "down")
        shutil.rmtree(self.home, ignore_errors=True)

    def run(self, *arguments: str) -> str:
        """Run our Python with the product's settings; what it printed.

        Raises:
            RuntimeError: with that, when it fails.
        """
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(arguments)}:\n{done.stdout}")
        return done.stdout

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """The same, not waited for."""
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def sign_in_link(self, name: str = "admin", role: str = "admin") -> str:
        return self.run("manage.py", "sign_in_link", name, "--role", role).strip().splitlines()[-1]

    def person(self, name: str = "admin", role: str = "admin") -> ApiClient:
        """Somebody who signed in once, without a browser."""
        if name not in self._people:
            self._people[name] = ApiClient(self, name, role)
        return self._people[name]

    def shell(self, expression: str) -> Any:
        """What a Python expression over the models is worth, by way of JSON."""
        apps = ("images", "labels", "taggers", "jobs")
        imports = "".join(f"from labelhub.{app}.models import *\n" for app in apps)
        script = f"import json\n{imports}print(json.dumps({expression}))"
        return json.loads(self.run("manage.py", "shell", "-v", "0", "-c", script).splitlines()[-1])

    def pid(self, name: str) -> int:
        record = json.loads((self.home / "run" / f"{name}.process").read_text())
        return int(record["pid"])

    def kill(self, name: str) -> int:
        """kill -9 one of `PROCESSES`; the process id it had."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        return pid


class ApiClient:
    """A signed-in person without a browser: JSON in, JSON out."""

    def __init__(self, product: Product, name: str = "admin", role: str = "admin") -> None:
        self.address = product.address
        self._cookies = CookieJar()
        self._open = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(self._cookies)
        ).open
        self.get("/api/session")
        token = product.sign_in_link(name, role).split("#")[1]
        self.post("/api/session/link", {"token": token})

    def cookies(self) -> dict[str, str]:
        """Those of the session, for a browser."""
        return {each.name: each.value or "" for each in self._cookies}

    def get(self, path: str) -> Any:
        with self._open(self.address + path, timeout=30) as response:
            return json.load(response)

    def post(self, path: str, body: object) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        token = next(cookie.value for cookie in self._cookies if cookie.name == "csrftoken")
        headers = {"Content-Type": kind, "X-CSRFToken": token or "", "Referer": self.address}
        request = urllib.request.Request(self.address + path, data, headers, method="POST")
        with self._open(request, timeout=30) as response:
            return json.loads(response.read() or b"null")


def until(what: Callable[[], bool], *, seconds: float, name: str, every: float = 0.5) -> float:
    """Wait until `what()` holds; the seconds it took.

    Raises:
        TimeoutError: it did not, in time.
    """
    began = time.monotonic()
    while not what():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"{name}: not within {seconds:g} s")
        time.sleep(every)
    return time.monotonic() - began


def chromium() -> str:
    found = next((path for path in map(shutil.which, CHROMIUM) if path), None)
    if found is None:
        raise RuntimeError("The browser tests need Chromium: install it, then run this again.")
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
