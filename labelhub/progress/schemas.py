"""What the API says about the progress of people and taggers."""

from __future__ import annotations

# The day's column is called as its type.
import datetime as dt

from ninja import Schema
from pydantic import Field

from labelhub.accounts.models import Role
from labelhub.taggers.models import TaggerState


class DayRow(Schema):
    """What one person answered on one day (UTC)."""

    day: dt.date
    person: str
    answers: int


class PersonRow(Schema):
    """One person's answers that stand, all but `retracted`."""

    person: str
    role: Role
    answers: int
    yes: int
    no: int
    unsure: int
    retracted: int
    median_seconds: float | None
    shared: int = Field(
        description="questions to which this person and at least one other said yes or no"
    )
    agreement: float | None = Field(
        description="of all pairs of this person's and another's answer to one question, "
        "the share that agree"
    )
    last_at: dt.datetime | None


class TagProgressRow(Schema):
    """The answers about one tag, and how many images people contradict each other about."""

    tag: str
    answers: int
    yes: int
    no: int
    unsure: int
    conflicting: int


class RunPoint(Schema):
    """What one training brought: macro-F1 on held-out scenes; where the library does not hold the
    picture book, the share of people's answers agreed with.
    """

    run_id: int
    at: dt.datetime
    pairs: int
    before: float
    after: float
    candidate_state: TaggerState | None


class Totals(Schema):
    images: int
    pretagged: int
    answers: int
    answers_7d: int
    people: int
    open_questions: int


class ProgressOverview(Schema):
    days: list[DayRow] = Field(description="of the last 30 days, those with answers")
    people: list[PersonRow] = Field(description="most answers first")
    tags: list[TagProgressRow] = Field(description="the most answered ones")
    runs: list[RunPoint] = Field(description="oldest first")
    totals: Totals
