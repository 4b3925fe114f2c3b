"""Which images an `ai:` term chooses: by the serving tagger's probability of one tag.

Probabilities are not stored; a worker finds the images in its cache of embeddings and leaves their
ids in a row, with which the rest of the search is joined in SQL.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import numpy as np
from django.db import connection
from django.db.models import F, Func, IntegerField
from django.utils import timezone
from django.utils.translation import gettext as _

from labelhub.errors import LabelhubError
from labelhub.jobs.asking import ask
from labelhub.scoring.calibration import Calibration, logit
from labelhub.search import ast
from labelhub.search.errors import BadQuery
from labelhub.search.models import AiTerm
from labelhub.taggers.blocks import Ints
from labelhub.taggers.models import Tagger
from labelhub.taggers.selectors import position_of, pretagged_count
from labelhub.tags.models import Tag

SECONDS = 15  # a worker that has yet to load what it needs for the first time takes some
FRESH = timedelta(minutes=10)


class SearchFailed(LabelhubError):
    code = "search_failed"
    http_status = 500


@dataclass(frozen=True, slots=True)
class LikelyImages:
    """A row of `AiTerm`, and how many images it has."""

    term_id: int
    count: int


def likely_images(
    node: ast.Likely, *, tagger: Tagger | None, tag: Tag, further: bool
) -> LikelyImages:
    """The images that a term chooses, found anew unless they were a moment ago.

    Args:
        further: for another page of a search: what was found for the first one goes on counting.

    Raises:
        BadQuery: no tagger serves, or it does not know the tag.
        NobodyAnswers, SearchFailed: the workers cannot find them now.
    """
    if tagger is None:
        sentence = _("No tagger serves yet, so nothing is known to be likely.")
        raise BadQuery(sentence, node.at, node.length)
    if tag.pk not in position_of(tagger):
        sentence = _("The serving tagger does not know the tag “%s”.") % tag.name
        raise BadQuery(sentence, node.at, node.length)
    least, most = probabilities(node.within)
    terms = AiTerm.objects.filter(tagger=tagger, tag=tag, least=least, most=most)
    counted = terms.annotate(
        count=Func(F("image_ids"), function="cardinality", output_field=IntegerField())
    )
    fresh = counted.filter(made_at__gte=timezone.now() - FRESH)
    row = fresh.values_list("pk", "count", "among").first()
    if row is None or not (further or row[2] == pretagged_count(tagger)):
        found = ask(
            "search", seconds=SECONDS, tagger_id=tagger.pk, tag_id=tag.pk, least=least, most=most
        )
        if "failed" in found:
            raise SearchFailed(
                _("Something unexpected happened (%s): see the worker's log.") % found["failed"]
            )
        return LikelyImages(found["term"], found["count"])
    return LikelyImages(row[0], row[1])


def probabilities(within: ast.Range[Decimal]) -> tuple[float, float]:
    """The least and the most that are in a range: next to an end that is not."""
    least = 0.0 if within.least is None else float(within.least)
    most = 1.0 if within.most is None else float(within.most)
    return (
        math.nextafter(least, math.inf) if within.without_least else least,
        math.nextafter(most, -math.inf) if within.without_most else most,
    )


def logits_between(calibration: Calibration, least: float, most: float) -> tuple[float, float]:
    """The logits between which probabilities are from `least` to `most`."""
    ends = calibration.logits_at(logit(np.array([least, most])))
    # As far out as a float can tell there is always more.
    return (
        -math.inf if least <= 0 else math.inf if least > 1 else float(ends[0]),
        math.inf if most >= 1 else -math.inf if most < 0 else float(ends[1]),
    )


def term_store(
    *, tagger: Tagger, tag_id: int, least: float, most: float, image_ids: Ints, among: int
) -> int:
    """Put down what was found, the id of its row; what nobody has looked for lately goes."""
    # Not as soon as it is old: a search that has just chosen it is yet to read it.
    AiTerm.objects.filter(made_at__lt=timezone.now() - 2 * FRESH).exclude(
        tagger=tagger, tag=tag_id, least=least, most=most
    ).delete()
    # As text: of a million ids the model's field would look at each.
    written = "{" + ",".join(map(str, image_ids.tolist())) + "}"
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO search_aiterm (tagger_id, tag_id, least, most, image_ids, among, made_at)
                 VALUES (%s, %s, %s, %s, %s::bigint[], %s, now())
            ON CONFLICT (tagger_id, tag_id, least, most)
              DO UPDATE SET image_ids = excluded.image_ids, among = excluded.among, made_at = now()
              RETURNING id
            """,
            [tagger.pk, tag_id, least, most, written, among],
        )
        ((stored,),) = cursor.fetchall()
    assert isinstance(stored, int)
    return stored
