from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelhub.search.terms import BY_KEY
from labelhub.tags import names
from labelhub.tags.names import BadTagName, alias_form, canonical, refuse_new

HOSTILE = ["fate/grand_order", "ranma_1/2", "what?", "2010", "69", "\\m/", ":/", ";)", "(9)"]


@pytest.mark.parametrize("name", [*HOSTILE, ">:(", "re:zero_kara", "d:", "@_@", "'", '"', "1girl"])
def test_names_that_are_legal(name: str) -> None:
    assert canonical(name) == name
    assert alias_form(name) == name
    assert refuse_new(name) == name


def test_a_name_is_stored_in_lower_case_with_underscores() -> None:
    assert refuse_new("  Long  Hair ") == "long_hair"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("-smile", "may not begin with “-”"),
        ("~smile", "may not begin with “~”"),
        ("/lh", "may not begin with “/”"),
        ("(smile)", "may not begin with “\\(”"),
        ("smile_", "underscore at the end"),
        ("big__smile", "two in a row"),
        ("smile_(fate", "without its other half"),
        ("smile)_(", "without its other half"),
        ("order:new", "“order:”"),
        ("answered-by:me", "“answered-by:”"),
        ("Search", "word of searches"),
        ("or", "word of searches"),
        ("äpfel", "plain ASCII"),
        ("a,b", "comma"),
        ("a*", "star"),
        ("", "needs a name"),
        (" \t", "needs a name"),
        ("x" * 171, "at most 170"),
        ("a\u200bb", "cannot be seen"),
        ("a\0b", "cannot be seen"),
    ],
)
def test_names_that_nobody_may_make(name: str, sentence: str) -> None:
    with pytest.raises(BadTagName, match=sentence):
        refuse_new(name)


def test_what_was_published_may_be_stored_though_nobody_may_make_it_anew() -> None:
    assert canonical("smile_") == "smile_"
    assert canonical("/lh") == "/lh"


def test_an_alias_may_be_in_any_script() -> None:
    assert alias_form("東方 Project") == "東方_project"
    assert alias_form("e\u0301") == "é"
    with pytest.raises(BadTagName):
        canonical("東方")


def test_words_are_what_stands_between_anything_else() -> None:
    assert names.words("looking_at_viewer") == ["looking", "at", "viewer"]
    assert names.words("fate/grand_order") == ["fate", "grand", "order"]
    assert names.words("re:zero-2") == ["re", "zero", "2"]
    assert names.words(":/") == []
    assert names.words("東方project") == ["project"]
    assert names.initials("looking_at_viewer") == "lav"
    assert names.initials("\\m/") == "m"


@pytest.mark.parametrize(
    ("size", "found"),
    [
        ((1599, 1199), set()),
        ((1600, 600), {"highres"}),
        ((600, 1200), {"highres"}),
        ((3200, 900), {"highres", "absurdres"}),
        ((900, 2400), {"highres", "absurdres"}),
        ((10_000, 9_000), {"highres", "absurdres", "incredibly_absurdres"}),
        ((500, 500), {"lowres"}),
        ((501, 500), set()),
        ((1023, 100), set()),
        ((1024, 256), {"wide_image"}),
        ((1024, 257), set()),
        ((256, 1024), {"tall_image"}),
        ((1, 1), {"lowres"}),
    ],
)
def test_an_images_size_alone_sets_the_automatic_tags(
    size: tuple[int, int], found: set[str]
) -> None:
    assert names.automatic_names(*size) == found


@given(st.integers(1, 100_000), st.integers(1, 100_000))
def test_every_tag_set_from_a_size_is_known_as_automatic(width: int, height: int) -> None:
    assert names.automatic_names(width, height) <= names.AUTOMATIC


@pytest.mark.parametrize("key", BY_KEY)
def test_no_new_name_is_a_question_of_searches(key: str) -> None:
    with pytest.raises(BadTagName, match=f"“{key}:”"):
        refuse_new(f"{key}:smile")


@given(st.text(max_size=30))
def test_the_form_of_a_name_is_its_own_form(text: str) -> None:
    for form in (alias_form, canonical, refuse_new):
        try:
            made = form(text)
        except BadTagName as error:
            assert str(error).isprintable()
        else:
            assert form(made) == made
