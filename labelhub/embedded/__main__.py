"""`python -m labelhub.embedded up|demo|down|status|logs|dev`: what the Makefile calls."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from labelhub.embedded import places, programs, supervisor
from labelhub.embedded.console import explain, say, step
from labelhub.embedded.launch import RELOAD
from labelhub.embedded.problem import Problem
from labelhub.embedded.up import address_of_running, alone, stop_everything, up

_NOT_RUNNING = 3  # as service managers answer


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m labelhub.embedded", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    starting = commands.add_parser("up", help="start everything and return when it is ready")
    starting.add_argument("--folder", type=Path, help="import this folder of images as well")
    commands.add_parser("demo", help="start everything and fill an empty library with the demo")
    commands.add_parser("down", help="stop everything in good order")
    commands.add_parser("status", help="show what runs")
    commands.add_parser("logs", help="follow every log")
    commands.add_parser("dev", help="run in the foreground; changed code is loaded again")
    chosen = parser.parse_args(arguments)
    try:
        return _run(chosen)
    except (Problem, OSError) as error:
        explain(error)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(chosen: argparse.Namespace) -> int:
    match chosen.command:
        case "up":
            up(folder=chosen.folder and chosen.folder.expanduser().absolute())
        case "demo":
            up(demo=True)
        case "down":
            return down()
        case "status":
            return status()
        case "logs":
            return logs()
        case "dev":
            return dev()
    return 0


def down() -> int:
    if not supervisor.records():
        say(f"labelhub is not running (data in {places.home()}).")
        return 0
    with alone(), step("Stopped"):
        say("Stopping labelhub: what is in progress is finished first.")
        stop_everything()
    return 0


def status() -> int:
    states = supervisor.states()
    if not states:
        say(f"labelhub is not running (data in {places.home()}).")
        return _NOT_RUNNING
    for state in states.values():
        alive = f"process {state.pid}, {state.seconds} s" if state.pid else ""
        say(f"{state.name:12} {state.word.lower():10} {alive}".rstrip())
    address = address_of_running()
    say(f"labelhub answers at {address}." if address else "labelhub does not answer.")
    return 0 if address else _NOT_RUNNING


def logs() -> int:
    files = [program.log for program in programs.every()]
    if not any(file.exists() for file in files):
        raise Problem(f"There are no logs in {places.log_dir()}: “make up” starts labelhub.")
    for file in files:
        file.touch()
    return _follow([supervisor.program().log, *files])


def dev() -> int:
    os.environ |= {RELOAD: "yes", "LABELHUB_DEBUG": "true"}
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    up(reload=True)
    try:
        say(f"The browser application, reloaded as you write: {programs.frontend_origin()}")
        say("Ctrl-C stops everything.")
        return _follow([program.log for program in programs.every(reload=True)])
    finally:
        down()


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _follow(files: list[Path]) -> int:
    """Until Ctrl-C, which is how one leaves."""
    with suppress(KeyboardInterrupt):
        tail = ["tail", "-n", "20", "-F", *map(str, files)]
        return subprocess.call(tail, stderr=subprocess.DEVNULL)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
