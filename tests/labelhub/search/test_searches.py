"""Random queries find what they mean, in every order, page by page; nothing typed becomes SQL."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given, settings
from hypothesis import strategies as st

from labelhub.accounts.models import User
from labelhub.images.models import Image
from labelhub.labels.models import Stale
from labelhub.labels.services import stale_step
from labelhub.paging import BadCursor, cursor_of
from labelhub.search import ast, bound
from labelhub.search.ast import Node, Query, Range, Says
from labelhub.search.errors import BadQuery, SearchTooSlow
from labelhub.search.selectors import Count, search_count, search_images
from labelhub.taggers.models import Tagger, TaggerState
from labelhub.tags.services import NewName, names_add, tags_ensure
from tests import factories
from tests.labelhub.search.small import ALIASES, NAMES, PATTERNS, SOUGHT, Library
from tests.labelhub.search.writing import ORDERS, nodes, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]
LIKELY: list[Node] = [
    ast.Likely("apron", Range(Decimal("0.6"), without_least=True)),
    ast.Likely(":)", Range(Decimal("0.2"), Decimal("0.4"))),
    ast.Likely("pinafore", Range(most=Decimal("0.1"))),
]
NUMBERS = st.sampled_from([0, 1, 2, 3, 4, 100, 150, 200, 333, 1000, 2048, 5000]).map(Decimal)
QUERIES = st.builds(
    Query,
    st.none()
    | nodes(
        st.sampled_from([*NAMES, *ALIASES]),
        st.sampled_from(PATTERNS),
        st.sampled_from(["me", "bob"]),
        st.sampled_from(SOUGHT),
        NUMBERS,
        st.sampled_from(LIKELY),
    ),
    ORDERS,
)


@pytest.fixture
def library(carol: User, bob: User) -> Library:
    made = Library(carol, bob)
    for node in LIKELY:
        assert isinstance(node, ast.Likely)
        made.likely(node)
    return made


def found(text: str, user: User, limit: int = 50) -> list[int]:
    """All pages of it."""
    ids: list[int] = []
    cursor = None
    while True:
        page = search_images(text, user=user, cursor=cursor, limit=limit)
        assert len(page.image_ids) <= limit
        ids += page.image_ids
        cursor = page.next
        if cursor is None:
            return ids


def shuffled(seed: int) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, hashint8extended(id, %s::bigint) FROM images_image", [seed])
        return dict(cursor.fetchall())


def test_random_queries_find_what_they_mean_in_every_order_page_by_page(library: Library) -> None:
    @settings(max_examples=100, deadline=None)
    @given(QUERIES, st.integers(1, 12))
    @example(Query(ast.Labelled(Says.NO, "lowres")), 5)
    @example(Query(ast.Not(ast.Labelled(Says.UNKNOWN, "lowres"))), 5)
    def same(query: Query, limit: int) -> None:
        text = written(query)
        expected = library.expected(query, shuffled(query.order.seed))
        assert found(text, library.me, limit) == expected, text
        assert search_count(text, user=library.me) == Count(len(expected), exact=True)

    same()


def test_likely_images_are_the_same_few_or_many(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = [found(f"ai:apron>0.6 {rest}", library.me) for rest in ("", "-dress", "order:random(3)")]
    monkeypatch.setattr("labelhub.search.compile.LIKELY_FEW", 0)
    many = [found(f"ai:apron>0.6 {rest}", library.me) for rest in ("", "-dress", "order:random(3)")]
    assert few == many
    page = search_images("ai:apron>0.6", user=library.me, cursor=None, limit=1)
    assert page.tagger == library.tagger.name
    assert search_images("apron", user=library.me, cursor=None, limit=1).tagger is None


@pytest.mark.parametrize(("text", "fits"), [("ratio:=4/3", 4 / 3), ("ratio:1.33", 1.33)])
def test_ratios_and_megapixels_are_rounded(text: str, fits: float, carol: User) -> None:
    images = [factories.image(width=width, height=768) for width in (1024, 1000, 1021)]
    assert found(text, carol) == [images[2].pk, images[0].pk]
    assert found("mpixels:0.79", carol) == [images[0].pk]
    assert found("mpixels:>=0.77", carol) == [each.pk for each in reversed(images)]


def test_an_image_that_comes_meanwhile_repeats_nothing(library: Library) -> None:
    first = search_images("", user=library.me, cursor=None, limit=4)
    late = factories.image()
    rest = search_images("", user=library.me, cursor=first.next, limit=200)
    assert late.pk not in rest.image_ids
    assert sorted(first.image_ids + rest.image_ids) == [image.pk for image in library.images]


def test_what_an_image_is_too_small_for_is_known_to_be_absent(carol: User) -> None:
    (highres,) = tags_ensure(names=["highres"])
    names_add([NewName("plenty_of_pixels", highres.pk, alias=True)])
    large, small = factories.image(width=2000, height=1600), factories.image(width=100, height=100)
    stale_step()
    assert found("highres", carol) == [large.pk]
    assert found("no:highres", carol) == found("no:plenty_of_pixels", carol) == [small.pk]
    assert found("unknown:highres", carol) == []


def test_what_a_size_says_is_not_known_before_labels_are_derived(carol: User) -> None:
    tags_ensure(names=["highres"])
    large, small = factories.image(width=4000, height=3000), factories.image(width=100, height=100)
    stale_step()
    late = factories.image(width=4000, height=3000)
    assert found("no:highres", carol) == [small.pk]
    assert found("unknown:highres", carol) == [late.pk]
    assert found("-no:highres", carol) == [late.pk, large.pk]
    assert found("-unknown:highres", carol) == [small.pk, large.pk]
    stale_step()
    assert found("highres", carol) == [late.pk, large.pk]
    assert found("unknown:highres", carol) == []
    Stale.objects.create(image=large)  # to be derived again: what is known already is
    assert found("highres", carol) == [late.pk, large.pk]
    assert found("unknown:highres", carol) == []


def test_nothing_is_uncertain_where_no_tagger_serves(library: Library) -> None:
    Tagger.objects.update(state=TaggerState.RETIRED)
    assert found("order:uncertain", library.me) == found("", library.me)


def test_a_hash_is_found_by_its_beginning(carol: User) -> None:
    image = factories.image()
    factories.image()
    assert found(f"sha256:{image.sha256[:9].upper()}", carol) == [image.pk]
    assert found(f"sha256:{image.sha256}", carol) == [image.pk]


@pytest.mark.parametrize(
    ("text", "at", "length", "sentence"),
    [
        ("dress aporn", 6, 5, "apron"),
        ("dress -(unknown:aprom)", 8, 13, "apron"),
        ("dress -_-", 7, 2, 'Write "-_-"'),
        ("(9)", 1, 1, 'Write "\\(9\\)"'),
        ("zebra*", 0, 6, "No tag is called like “zebra\\*”"),
        ("answered-by:mallory", 0, 19, "nobody called “mallory”"),
        ("a ai:apron>0.5", 0, 1, "no tag"),
        ("ai:unlearned>0.5", 0, 16, "does not know the tag “unlearned”"),
    ],
)
def test_names_that_mean_nothing_are_shown_where_they_are(
    text: str, at: int, length: int, sentence: str, library: Library
) -> None:
    tags_ensure(names=["unlearned", "(9)"])
    names_add([NewName("-_-", library.tags["apron"].pk, alias=True)])
    with pytest.raises(BadQuery, match=sentence) as caught:
        found(text, library.me)
    assert (caught.value.at, caught.value.length) == (at, length)


def test_a_pattern_for_too_many_tags_is_refused(carol: User) -> None:
    tags_ensure(names=[f"x_{number}" for number in range(201)])
    assert found("x_1*", carol) == []
    with pytest.raises(BadQuery, match="More than 200 tags"):
        found("x_*", carol)


def test_what_a_name_means_is_looked_up_once(library: Library) -> None:
    text = "(d* or -d* or ai:apron>0.6) (d* or answered-by:bob or uploaded-by:bob or ai:apron>0.6)"
    with CaptureQueriesContext(connection) as queries:
        found(text, library.me)
    asked = [query["sql"] for query in queries]
    for lookup in ("name LIKE", 'FROM "accounts_user"', 'FROM "search_aiterm"'):
        assert sum(lookup in sql for sql in asked) == 1, lookup


def test_more_patterns_than_are_looked_up_are_refused(library: Library) -> None:
    patterns = [f"{'dress'[:number]}*" for number in range(1, 6)]
    patterns += [f"{'apron'[:number]}*" for number in range(1, 6)]
    most = " or ".join(patterns)
    assert found(f"{most} or d* or D*", library.me) == found(
        "dress or apron or deprecated", library.me
    )
    with pytest.raises(BadQuery, match="at most 10 different names with “\\*”") as caught:
        found(f"{most} or d* or -(l* or h*)", library.me)
    assert (caught.value.at, caught.value.length) == (len(f"{most} or d* or -("), 2)


def test_more_likely_images_than_are_looked_for_are_refused(library: Library) -> None:
    shares = ["0", "0.1", "0.2", "0.3", "0.4"]
    for share in shares:
        library.likely(ast.Likely("dress", Range(Decimal(share))))
    most = " or ".join(f"ai:dress>={share}" for share in shares)
    found(f"{most} or ai:dress>=.4", library.me)
    with pytest.raises(BadQuery, match="at most 5 different “ai:” terms") as caught:
        found(f"{most} or ai:dress>=.4 or ai:apron>0.6 or ai:apron>0.7", library.me)
    assert caught.value.at == len(f"{most} or ai:dress>=.4 or ")
    assert caught.value.length == len("ai:apron>0.6")


def test_no_tagger_serves(carol: User) -> None:
    tags_ensure(names=["apron"])
    with pytest.raises(BadQuery, match="No tagger serves"):
        found("ai:apron>0.5", carol)


EVIL = "'; DROP TABLE images_image; --"


@pytest.mark.parametrize(
    "text",
    [
        f'source:"{EVIL}"',
        f'name:"*{EVIL}*" licence:"%s %(a)s {EVIL}"',
        f'"{EVIL}"',
        f'unknown:"{EVIL}"',
        f'answered-by:"{EVIL}"',
        'source:"\\" OR 1=1 --"',
        "source:%s",
        "*';--*",
        "source:\\",
        "source:*\\*",
        'ai:"1) OR (1=1">0.5',
    ],
)
def test_nothing_that_is_typed_becomes_sql(text: str, library: Library) -> None:
    try:
        assert found(text, library.me) == []
        assert search_count(text, user=library.me).count == 0
    except BadQuery:
        pass
    assert Image.objects.count() == len(library.images)


@pytest.mark.parametrize(
    "values", [[0], [0, "x"], [0, 1.5], [1, 5], [-1, 5], ["0", 5], [0, 1, 2], [0, 2**63]]
)
def test_a_cursor_of_something_else_is_refused(values: list[Any], carol: User) -> None:
    factories.image()
    with pytest.raises(BadCursor):
        search_images("", user=carol, cursor=cursor_of(values), limit=5)


def test_what_takes_too_long_is_stopped_with_a_sentence(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bound, "SECONDS", 0.001)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO images_duplicatepair (image_low_id, image_high_id, distance)
            SELECT a.id, b.id, 1 FROM images_image a JOIN images_image b ON a.id < b.id
                ON CONFLICT DO NOTHING
            """
        )
    with pytest.raises(SearchTooSlow, match="Narrow it"):
        found("order:random " + "(dup:any or dup:none) " * 100, library.me)
    monkeypatch.undo()
    assert found("", library.me)  # and the connection is as it was


def test_a_pattern_that_takes_too_long_is_stopped_as_well(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO tags_tagname (name, tag_id, alias, words, rank, initials)
            SELECT 'also_' || number, %s, true, '', 0, '' FROM generate_series(1, 50000) AS number
            """,
            [library.tags["apron"].pk],
        )
    monkeypatch.setattr(bound, "SECONDS", 0.001)
    with pytest.raises(SearchTooSlow):
        found("*z*z*", library.me)
