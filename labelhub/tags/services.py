"""Writing the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from labelhub.accounts.models import User
from labelhub.errors import Conflict
from labelhub.tags.models import Category, ChangeKind, Tag, TagChange, TagName, category_name
from labelhub.tags.names import canonical, initials, refuse_new, words

HURRY = 5_000  # milliseconds


class NameTaken(Conflict):
    code = "name_taken"


class VocabularyBusy(Conflict):
    """Somebody else changes the vocabulary, and takes long."""

    code = "vocabulary_busy"


@dataclass(frozen=True, slots=True)
class NewName:
    """A name that is to mean a tag: its own, or an alias."""

    name: str
    tag_id: int
    alias: bool
    rank: int = 0


def vocabulary_lock(*, hurried: bool = False) -> None:
    """Make others who change the vocabulary wait until the transaction ends. Call it before looking
    at what is to be changed; and before locking images, never while holding them.

    Args:
        hurried: somebody waits for the page, so do not wait long for a file or a count.

    Raises:
        VocabularyBusy: it took too long for somebody in a hurry.
    """
    with connection.cursor() as cursor:
        if hurried:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{HURRY}ms"])
        try:
            cursor.execute("SELECT number FROM tags_vocabularyversion FOR UPDATE")
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise VocabularyBusy(
                    _(
                        "The vocabulary is being changed, by a file or by a count of labels; try "
                        "again in a minute."
                    )
                ) from error
            raise
        there = cursor.fetchone() is not None
        if hurried:
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
        if not there:
            vocabulary_bump()


def vocabulary_bump() -> None:
    """Say that names, implications or flags are others now: after the change, in its transaction,
    which holds `vocabulary_lock`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO tags_vocabularyversion AS present (id, number) VALUES (1, 1)
            ON CONFLICT (id) DO UPDATE SET number = present.number + 1
            """
        )


def names_add(names: Iterable[NewName]) -> None:
    """Write names with what finds them; one that means something already keeps its meaning."""
    rows = list(names)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO tags_tagname (name, tag_id, alias, rank, words, initials)
                 SELECT name, tag_id, alias, rank,
                        array_to_tsvector(string_to_array(words, ' ')), initials
                   FROM unnest(%s::text[], %s::bigint[], %s::boolean[], %s::bigint[], %s::text[],
                               %s::text[]) AS new(name, tag_id, alias, rank, words, initials)
            ON CONFLICT (name) DO NOTHING
            """,
            [
                [each.name for each in rows],
                [each.tag_id for each in rows],
                [each.alias for each in rows],
                [each.rank for each in rows],
                [" ".join(words(each.name)) for each in rows],
                [initials(each.name) for each in rows],
            ],
        )


def tags_ensure(*, names: Sequence[str]) -> list[Tag]:
    """The tags that these names mean, in their order; new ones are made of those that mean
    nothing yet. Names are stored as `names.canonical` has them.

    Raises:
        BadTagName: for the first name that breaks a rule; nothing is made then.
    """
    wanted = [canonical(name) for name in names]
    found = _meaning(wanted)
    missing = set(wanted) - found.keys()
    if missing:
        _make(missing)
        found = _meaning(wanted)
    return [found[name] for name in wanted]


@transaction.atomic
def tag_create(*, name: str, category: Category, by: User) -> Tag:
    """Make a tag that somebody thought of.

    Raises:
        BadTagName: by the rules for new names.
        NameTaken: it means a tag already; the sentence says which, and in what state it is.
        VocabularyBusy.
    """
    wanted = refuse_new(name)
    vocabulary_lock(hurried=True)
    known = TagName.objects.filter(name=wanted).select_related("tag").first()
    if known is not None:
        raise NameTaken(_taken(known))
    tag, _new = Tag.objects.get_or_create(name=wanted, defaults={"category": category})
    names_add([NewName(wanted, tag.pk, alias=False)])
    TagChange.objects.create(
        kind=ChangeKind.CREATE,
        tag=tag,
        details={"kind": ChangeKind.CREATE, "tag": wanted, "category": category_name(category)},
        user=by,
    )
    vocabulary_bump()
    return tag


def _taken(known: TagName) -> str:
    if known.alias:
        return _("“%(name)s” is another name of “%(tag)s”; use that.") % {
            "name": known.name,
            "tag": known.tag.name,
        }
    if known.tag.deprecated:
        return _("“%s” is here and deprecated; a curator can revive it on its page.") % known.name
    return _("There is a tag “%s” already.") % known.name


@transaction.atomic
def _make(names: Iterable[str]) -> None:
    vocabulary_lock()
    Tag.objects.bulk_create([Tag(name=name) for name in sorted(names)], ignore_conflicts=True)
    made = Tag.objects.filter(name__in=names).order_by("name")
    names_add(NewName(tag.name, tag.pk, alias=False) for tag in made)
    vocabulary_bump()


def _meaning(names: Iterable[str]) -> dict[str, Tag]:
    named = TagName.objects.filter(name__in=set(names)).select_related("tag")
    return {each.name: each.tag for each in named}
