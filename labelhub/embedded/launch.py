"""`python -m labelhub.embedded.launch NAME`: what the supervisor starts; it becomes that program.

It ends what an earlier process of that name left behind, prepares, and writes the record by which
the next one will do the same. Then it is replaced: the supervisor's child is the real thing.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from labelhub.embedded import supervisor
from labelhub.embedded.problem import Problem
from labelhub.embedded.processes import Record, end_group
from labelhub.embedded.programs import Program, every

RELOAD = "LABELHUB_RELOAD"  # set by `make dev`


def launch(name: str) -> NoReturn:
    if name == supervisor.program().name:
        _detach()
        become(supervisor.program())
    known = every(reload=RELOAD in os.environ)
    become(next(program for program in known if program.name == name))


def _detach() -> None:
    """The supervisor stays when the command that started it and its terminal are gone."""
    if os.fork():
        os._exit(0)
    os.setsid()


def become(program: Program) -> NoReturn:
    before = Record.read(program.record)
    if before is not None:
        end_group(before)
    Record.of_this_process().write(program.record)
    program.ready_file.unlink(missing_ok=True)
    command = program.command
    os.chdir(program.directory)
    if program.server is not None:
        program.server.prepare()
        command = program.server.command()
        if program.server.account is not None:
            os.chdir("/")
            program.server.account.assume()
    os.execve(command[0], command, os.environ | program.environment)


if __name__ == "__main__":
    try:
        launch(sys.argv[1])
    except Problem as problem:
        sys.exit(problem.sentence)
