"""A small library of every kind of image, and what a query means, said once more in Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from random import Random
from typing import Any

from django.utils import timezone

from labelhub.accounts.models import User
from labelhub.images.models import DuplicatePair, Image
from labelhub.labels.models import (
    LETTERS,
    Answer,
    How,
    Labels,
    Retraction,
    Source,
    Stale,
    TagCount,
    Undo,
    View,
)
from labelhub.review.models import Card
from labelhub.search import ast
from labelhub.search.ai import probabilities
from labelhub.search.ast import By, Node, Says
from labelhub.search.models import AiTerm
from labelhub.tags.models import Tag, TagName
from labelhub.tags.names import AUTOMATIC
from tests import factories

IMAGES = 30
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ("apron", "dress", ":)", "fate/grand_order", "hidden", "deprecated", "late", "lowres")
ALIASES = {"pinafore": "apron", ":-)": ":)"}
PATTERNS = ("*r*", "d*", "pin*", "*/*")
TEXTS = ("", "Web/a", "web/b_c", "web/bxc", "100%")
SOUGHT = ("", "web", "web/b_", "*b*c", "100%", "%", "w*/a")


@dataclass(frozen=True)
class Facts:
    """What there is to know of an image; labels by tag name. `derived` is whether they are all."""

    image: Image
    labels: dict[str, tuple[Says, Source]]
    completed_at: datetime | None
    derived: bool
    answered_by: set[str]
    doubt: tuple[float, int] | None
    alike: set[int]
    likely: dict[ast.Likely, bool] = field(default_factory=dict)


class Library:
    def __init__(self, me: User, other: User, seed: int = 1) -> None:
        self.random = Random(seed)
        self.me, self.people = me, (me, other)
        self.tagger = factories.tagger(NAMES)
        self.tags = {tag.name: tag for tag in Tag.objects.filter(name__in=NAMES)}
        self._age()
        for alias, name in ALIASES.items():
            TagName.objects.create(name=alias, tag=self.tags[name], alias=True, words="")
        uploads = [factories.upload() for _each in range(3)]
        self.images = [self._image(uploads[at % 3], at) for at in range(IMAGES)]
        pairs = [self.random.sample(self.images, 2) for _each in range(6)]
        self.pairs = {(min(a.pk, b.pk), max(a.pk, b.pk)) for a, b in pairs}
        for low, high in self.pairs:
            DuplicatePair.objects.create(image_low_id=low, image_high_id=high, distance=2)
        self.facts = [self._facts(image) for image in self.images]
        # Both ways to look for a tag's images, whichever is the quicker here.
        for name, count in (("apron", 4), ("dress", 9_000), (":)", 10**6)):
            TagCount.objects.create(tag=self.tags[name], positive=count)

    def _age(self) -> None:
        old = timezone.now() - timedelta(days=30)
        Tag.objects.update(created_at=old)
        Tag.objects.filter(name="late").update(created_at=old + timedelta(days=20))
        Tag.objects.filter(name="hidden").update(hidden=True)
        Tag.objects.filter(name="deprecated").update(deprecated=True)
        self.tags = {tag.name: tag for tag in Tag.objects.filter(name__in=NAMES)}

    def _image(self, upload: Any, at: int) -> Image:
        random = self.random
        image = factories.image(
            upload,
            width=random.choice([100, 200, 333]),
            height=random.choice([100, 150, 200]),
            bytes=random.choice([1000, 2048, 5000]),
            format=random.choice(["PNG", "JPEG"]),
            rating=random.choice(["", "g", "e"]),
            domain=random.choice(["", "photo", "drawn"]),
            source=random.choice(TEXTS),
            licence=random.choice(TEXTS),
            name=random.choice(TEXTS[1:]),
            uploaded_by=random.choice([None, *self.people]),
        )
        created_at = BEGINNING + timedelta(days=random.randrange(100), hours=random.randrange(24))
        Image.objects.filter(pk=image.pk).update(created_at=created_at)
        image.refresh_from_db()
        return image

    def _facts(self, image: Image) -> Facts:
        random = self.random
        labels = {
            name: (random.choice([Says.YES, Says.NO, Says.CONFLICT]), random.choice(list(LETTERS)))
            for name in NAMES
            if name not in AUTOMATIC and random.random() < 0.6
        }
        if random.random() < 0.6:
            labels["lowres"] = Says.YES, Source.AUTOMATIC
        completed_at = random.choice(
            [None, None, timezone.now() - timedelta(days=20), timezone.now()]
        )
        Labels.objects.filter(pk=image.pk).update(**self._arrays(labels), completed_at=completed_at)
        derived = random.random() < 0.5
        if derived:  # as a new image waits to be
            Stale.objects.get(pk=image.pk).delete()
        answered_by = {person.username for person in self.people if random.random() < 0.3}
        for person in self.people:
            self._answer(image, person, stands=person.username in answered_by)
        doubt = None
        if random.random() < 0.6:
            card = Card.objects.create(
                image=image,
                tagger=self.tagger,
                doubt=random.choice([0.1, 0.2, 0.3]),
                open=random.random() < 0.7,
            )
            doubt = (card.doubt, card.pk) if card.open else None
        alike = {a + b - image.pk for a, b in self.pairs if image.pk in (a, b)}
        return Facts(image, labels, completed_at, derived, answered_by, doubt, alike)

    def _arrays(self, labels: dict[str, tuple[Says, Source]]) -> dict[str, object]:
        arrays: dict[str, object] = {}
        states = {"positive": Says.YES, "negative": Says.NO, "conflicting": Says.CONFLICT}
        for state, says in states.items():
            held = sorted(
                (self.tags[name].pk, LETTERS[how])
                for name, (said, how) in labels.items()
                if said == says
            )
            arrays[state] = [pk for pk, _letter in held]
            arrays[f"{state}_sources"] = "".join(letter for _pk, letter in held)
        return arrays

    def _answer(self, image: Image, person: User, *, stands: bool) -> None:
        if not stands and self.random.random() < 0.5:
            return
        answer = Answer.objects.create(
            user=person,
            image=image,
            tag=self.tags["apron"],
            verdict="yes",
            seconds=1,
            view=View.CARD,
            how=How.ASKED,
            shown={},
            guideline_version=0,
        )
        if not stands:
            undo = Undo.objects.create(user=person, answer_ids=[answer.pk])
            Retraction.objects.create(answer=answer, user=person, undo=undo)

    def likely(self, node: ast.Likely) -> None:
        """Let a term be known, as if a worker had just found its images."""
        chosen = {facts.image.pk for facts in self.facts if self.random.random() < 0.4}
        least, most = probabilities(node.within)
        AiTerm.objects.create(
            tagger=self.tagger,
            tag=self.tags[ALIASES.get(node.name, node.name)],
            least=least,
            most=most,
            image_ids=sorted(chosen, reverse=True),
            among=0,
        )
        for facts in self.facts:
            facts.likely[node] = facts.image.pk in chosen

    def expected(self, query: ast.Query, shuffled: dict[int, int]) -> list[int]:
        found = [
            facts for facts in self.facts if query.where is None or self._is(facts, query.where)
        ]
        keys: dict[By, Any] = {
            By.NEW: lambda each: -each.image.pk,
            By.OLD: lambda each: each.image.pk,
            By.RANDOM: lambda each: (shuffled[each.image.pk], each.image.pk),
            By.TAGS: lambda each: (-_count(each), -each.image.pk),
            By.UNCERTAIN: lambda each: (0, *each.doubt) if each.doubt else (1, -each.image.pk, 0),
        }
        return [facts.image.pk for facts in sorted(found, key=keys[query.order.by])]

    def _is(self, facts: Facts, node: Node) -> bool:  # noqa: C901  # one line for each kind
        image = facts.image
        match node:
            case ast.And(parts):
                return all(self._is(facts, part) for part in parts)
            case ast.Or(parts):
                return any(self._is(facts, part) for part in parts)
            case ast.Not(part):
                return not self._is(facts, part)
            case ast.Tag(name):
                return self._says(facts, name) == Says.YES
            case ast.AnyTag(pattern):
                names = [name for name in (*NAMES, *ALIASES) if fnmatchcase(name, pattern)]
                return any(self._says(facts, name) == Says.YES for name in names)
            case ast.Labelled(says, None):
                return any(said == Says.CONFLICT for said, _how in facts.labels.values())
            case ast.Labelled(says, str(name)):
                return self._says(facts, name) == says
            case ast.LabelledBy(source, name):
                return facts.labels.get(ALIASES.get(name, name), (None, None))[1] == source
            case ast.Complete(yes):
                return (facts.completed_at is not None) == yes
            case ast.Likely():
                return facts.likely[node]
            case ast.AnsweredBy(who):
                return (self.me.username if who == "me" else who) in facts.answered_by
            case ast.UploadedBy(who):
                by = image.uploaded_by
                return by is not None and by.username == (self.me.username if who == "me" else who)
            case ast.Measured(what, within):
                return _within(
                    {"tags": _count(facts), "upload": image.upload_id}.get(
                        what, getattr(image, what, 0)
                    ),
                    within,
                )
            case ast.Came(within):
                return _within(image.created_at, within)
            case ast.Text(what, pattern):
                return _like(getattr(image, what).lower(), pattern)
            case ast.OneOf(what, value):
                return bool(getattr(image, what) == value)
            case ast.Duplicates(of):
                return of in facts.alike if not isinstance(of, bool) else bool(facts.alike) == of
            case _:
                raise TypeError(node)

    def _says(self, facts: Facts, name: str) -> Says:
        name = ALIASES.get(name, name)
        if name in facts.labels:
            return facts.labels[name][0]
        if name in AUTOMATIC:
            return Says.NO if facts.derived else Says.UNKNOWN
        tag = self.tags[name]
        told = facts.completed_at is not None and tag.created_at <= facts.completed_at
        return Says.NO if told and not (tag.hidden or tag.deprecated) else Says.UNKNOWN


def _count(facts: Facts) -> int:
    return sum(said == Says.YES for said, _how in facts.labels.values())


def _within(value: Any, within: ast.Range[Any]) -> bool:
    above = (
        within.least is None
        or value > within.least
        or (value == within.least and not within.without_least)
    )
    below = (
        within.most is None
        or value < within.most
        or (value == within.most and not within.without_most)
    )
    return above and below


def _like(text: str, pattern: str) -> bool:
    if not pattern:
        return not text
    return fnmatchcase(text, pattern) if "*" in pattern else text.startswith(pattern)
