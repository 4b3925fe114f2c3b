"""Any sequence of changes keeps labels true, and is taken back one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from labelhub.accounts.models import Role, User
from labelhub.errors import LabelhubError
from labelhub.images.models import Image
from labelhub.labels.events import labels_derived
from labelhub.labels.models import Labels, Stale, Verdict
from labelhub.labels.services import answers_record, tags_import
from labelhub.review.changes import change_make
from labelhub.review.changes_undone import undo_make
from labelhub.review.services import stale_step
from labelhub.tags.models import Implication, Tag, TagName
from labelhub.tags.services import tags_ensure
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]

TAGS = ["a", "b", "c", "d", "b_(cosplay)", "cosplay"]
TAG = st.sampled_from(TAGS)
NEW = st.sampled_from(["x", "y", "x_(cosplay)", *TAGS])
CHANGE = st.one_of(
    st.fixed_dictionaries({"kind": st.just("rename"), "tag": TAG, "to": NEW}),
    st.fixed_dictionaries({"kind": st.just("alias"), "tag": TAG, "alias": NEW}),
    st.fixed_dictionaries({"kind": st.just("unalias"), "tag": TAG, "alias": NEW}),
    st.fixed_dictionaries({"kind": st.just("imply"), "tag": TAG, "implied": TAG}),
    st.fixed_dictionaries({"kind": st.just("imply"), "tag": TAG, "implied": TAG}),
    st.fixed_dictionaries({"kind": st.just("unimply"), "tag": TAG, "implied": TAG}),
    st.fixed_dictionaries({"kind": st.just("merge"), "tag": TAG, "into": TAG}),
    st.fixed_dictionaries(
        {"kind": st.just("split"), "tag": TAG, "into": st.tuples(TAG, TAG).map(list)}
    ),
    st.fixed_dictionaries({"kind": st.sampled_from(["deprecate", "revive"]), "tag": TAG}),
)
EVENT = st.tuples(
    st.integers(0, 2), st.integers(0, 1), TAG, st.sampled_from([Verdict.YES, Verdict.NO])
)
IMPORT = st.tuples(st.integers(0, 2), st.sets(TAG, max_size=3), st.sets(TAG, max_size=2))


def everything() -> list[object]:
    """All that changes touch, by its rows."""
    return [
        list(Tag.objects.order_by("pk").values()),
        sorted(TagName.objects.values_list("name", "tag_id", "alias", "rank")),
        sorted(Implication.objects.values_list("antecedent_id", "consequent_id")),
        sorted(Labels.objects.values_list("pk", "positive", "negative", "conflicting")),
        sorted(Stale.objects.values_list("pk", flat=True)),
    ]


def derive() -> None:
    while stale_step().claimed:
        pass


def derived_as_stored(images: Sequence[Image]) -> bool:
    found = labels_derived([image.pk for image in images])
    rows = Labels.objects.in_bulk(list(found))
    return all(
        (list(each.positive), list(each.negative), list(each.conflicting))
        == (rows[pk].positive, rows[pk].negative, rows[pk].conflicting)
        for pk, each in found.items()
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(EVENT, max_size=8), st.lists(IMPORT, max_size=3), st.lists(CHANGE, max_size=7))
def test_any_changes_keep_labels_true_and_are_taken_back_one_after_the_other(
    events: list[tuple[int, int, str, Verdict]],
    imports: list[tuple[int, set[str], set[str]]],
    changes: list[dict[str, Any]],
) -> None:
    with transaction.atomic():
        people = [User.objects.create_user(name, role=Role.ANNOTATOR) for name in ("xa", "xb")]
        images = factories.images(3)
        tags_ensure(names=TAGS)
        for at, who, tag, verdict in events:
            answer = factories.answer(images[at], tag, verdict)
            answers_record(user=people[who], answers=[answer])
        for at, yes, no in imports:
            tags_import(image_id=images[at].pk, names=yes, negative=no - yes, origin="a file")
        derive()
        states, made = [everything()], []
        for details in changes:
            try:
                made.append(change_make(user=None, details=details))
            except LabelhubError:
                assert everything() == states[-1]
                continue
            derive()
            assert derived_as_stored(images)
            states.append(everything())
        for change in reversed(made):
            states.pop()
            undo_make(user=None, change_id=change.pk)
            derive()
            assert everything() == states[-1]
        transaction.set_rollback(True)
