"""Reading what people and taggers achieved: a few aggregates over all answers that stand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from labelhub.accounts.models import Role
from labelhub.images.models import Image
from labelhub.labels.selectors import answers_since, today
from labelhub.progress.schemas import (
    DayRow,
    PersonRow,
    ProgressOverview,
    RunPoint,
    TagProgressRow,
    Totals,
)
from labelhub.review.selectors import left
from labelhub.taggers.models import TaggerState
from labelhub.taggers.selectors import pretagged_count, tagger_serving
from labelhub.training.models import Run, RunState
from labelhub.training.selectors import run_list

DAYS = 30
PEOPLE = 200
TAGS = 50
RUNS = 200


def progress_overview() -> ProgressOverview:
    people = people_rows()
    return ProgressOverview(
        days=day_rows(),
        people=people[:PEOPLE],
        tags=tag_rows(),
        runs=run_points(),
        totals=_totals(people),
    )


def day_rows() -> list[DayRow]:
    """By day and person, of the last `DAYS` days, today included (UTC)."""
    rows = _rows(
        """
        SELECT day, username, answers
          FROM (SELECT (created_at AT TIME ZONE 'UTC')::date AS day, user_id, count(*) AS answers
                  FROM labels_answer a
                 WHERE created_at >= %(start)s
                   AND NOT EXISTS (SELECT FROM labels_retraction r WHERE r.answer_id = a.id)
                 GROUP BY day, user_id) AS counted
          JOIN accounts_user u ON u.id = user_id
         ORDER BY day, username
        """,
        start=today() - timedelta(days=DAYS - 1),
    )
    return [DayRow(day=day, person=person, answers=answers) for day, person, answers in rows]


def people_rows() -> list[PersonRow]:
    """Everybody who ever answered, most answers first."""
    rows = _rows(
        """
        SELECT u.id, username, role, answers, yes, no, unsure, retracted, seconds, last_at
          FROM (SELECT a.user_id,
                       count(*) FILTER (WHERE r.id IS NULL) AS answers,
                       count(*) FILTER (WHERE r.id IS NULL AND verdict = 'yes') AS yes,
                       count(*) FILTER (WHERE r.id IS NULL AND verdict = 'no') AS no,
                       count(*) FILTER (WHERE r.id IS NULL AND verdict = 'unsure') AS unsure,
                       count(r.id) AS retracted,
                       percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)
                           FILTER (WHERE r.id IS NULL) AS seconds,
                       max(a.created_at) FILTER (WHERE r.id IS NULL) AS last_at
                  FROM labels_answer a LEFT JOIN labels_retraction r ON r.answer_id = a.id
                 GROUP BY a.user_id) AS counted
          JOIN accounts_user u ON u.id = user_id
         ORDER BY answers DESC, username
        """
    )
    agreed = _agreement()
    return [
        PersonRow(
            person=person,
            role=Role(role),
            answers=answers,
            yes=yes,
            no=no,
            unsure=unsure,
            retracted=retracted,
            median_seconds=seconds,
            shared=agreed.get(pk, (0, None))[0],
            agreement=agreed.get(pk, (0, None))[1],
            last_at=last_at,
        )
        for pk, person, role, answers, yes, no, unsure, retracted, seconds, last_at in rows
    ]


def _agreement() -> dict[int, tuple[int, float | None]]:
    """By user id: how many questions they share with others, and how often they agree.

    Of one person's answers to a question the last that stands counts, as in `labels.rules`. With y
    people for yes and n for no, one who says yes is in y + n - 1 pairs, of which y - 1 agree.
    """
    rows = _rows(
        """
        WITH last AS (
            SELECT DISTINCT ON (image_id, tag_id, user_id) image_id, tag_id, user_id, verdict
              FROM labels_answer a
             WHERE NOT EXISTS (SELECT FROM labels_retraction r WHERE r.answer_id = a.id)
             ORDER BY image_id, tag_id, user_id, created_at DESC, id DESC
        ), sided AS (
            SELECT user_id,
                   count(*) OVER (PARTITION BY image_id, tag_id) - 1 AS others,
                   count(*) OVER (PARTITION BY image_id, tag_id, verdict) - 1 AS agreeing
              FROM last WHERE verdict <> 'unsure'
        )
        SELECT user_id, count(*), sum(agreeing)::float / sum(others)
          FROM sided WHERE others > 0 GROUP BY user_id
        """
    )
    return {pk: (shared, agreement) for pk, shared, agreement in rows}


def tag_rows() -> list[TagProgressRow]:
    """The `TAGS` most answered tags."""
    rows = _rows(
        """
        WITH most AS (
            SELECT tag_id, count(*) AS answers,
                   count(*) FILTER (WHERE verdict = 'yes') AS yes,
                   count(*) FILTER (WHERE verdict = 'no') AS no,
                   count(*) FILTER (WHERE verdict = 'unsure') AS unsure
              FROM labels_answer a
             WHERE NOT EXISTS (SELECT FROM labels_retraction r WHERE r.answer_id = a.id)
             GROUP BY tag_id ORDER BY answers DESC, tag_id LIMIT %(limit)s
        ), conflicts AS (
            SELECT tag_id, count(*) AS conflicting
              FROM labels_labels, unnest(conflicting) AS tag_id
             WHERE NOT conflicting = '{}' GROUP BY tag_id
        )
        SELECT t.name, answers, yes, no, unsure, coalesce(conflicting, 0)
          FROM most JOIN tags_tag t ON t.id = most.tag_id
          LEFT JOIN conflicts c ON c.tag_id = most.tag_id
         ORDER BY answers DESC, t.name
        """,
        limit=TAGS,
    )
    return [
        TagProgressRow(
            tag=tag, answers=answers, yes=yes, no=no, unsure=unsure, conflicting=conflicting
        )
        for tag, answers, yes, no, unsure, conflicting in rows
    ]


def run_points() -> list[RunPoint]:
    """The last `RUNS` trainings that have figures, oldest first."""
    runs = run_list().filter(state=RunState.DONE).order_by("-pk")[:RUNS]
    return [_run_point(run, figures) for run in reversed(runs) if (figures := _figures(run))]


def _figures(run: Run) -> dict[str, Any] | None:
    """Of all held-out scenes; without scenes, of people's answers."""
    return next((group for group in run.scenes if group["group"] == "all"), run.unseen)


def _run_point(run: Run, figures: dict[str, Any]) -> RunPoint:
    return RunPoint(
        run_id=run.pk,
        at=run.finished_at or run.created_at,
        pairs=run.pairs,
        before=figures["before"],
        after=figures["after"],
        candidate_state=TaggerState(run.candidate.state) if run.candidate else None,
    )


def _totals(people: list[PersonRow]) -> Totals:
    tagger = tagger_serving()
    return Totals(
        images=Image.objects.count(),
        pretagged=pretagged_count(tagger) if tagger else 0,
        answers=sum(row.answers for row in people),
        answers_7d=answers_since(timezone.now() - timedelta(days=7)),
        people=sum(row.answers > 0 for row in people),
        open_questions=left(tagger).questions,
    )


def _rows(query: str, **values: int | datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
