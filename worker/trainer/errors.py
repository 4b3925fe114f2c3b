"""What stops a training: a sentence for the person who started it."""

from __future__ import annotations


class TrainingError(Exception):
    """Why a training cannot go on, and what to do about it."""

    exit_code = 1


class Refused(TrainingError):
    """Why a training was not started: something that was given for it is wrong."""

    exit_code = 2
