"""The only hand that changes names, tags and implications one by one: it keeps what each was, so
that a change can be looked at and taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F

from labelhub.tags.models import Implication, Tag, TagName
from labelhub.tags.services import NewName, names_add

# (what, which, field): ("tag", id, "category"), ("name", "apron", ""), ("implication", "5 7", "").
Key = tuple[str, int | str, str]
Edit = dict[str, Any]
FIELDS = ("name", "category", "deprecated", "hidden", "subjective")


class Pen:
    """Writes, and remembers what was there before it wrote first. Call inside a transaction that
    holds `vocabulary_lock`.
    """

    def __init__(self) -> None:
        self._was: dict[Key, Any] = {}

    def tag(self, tag_id: int, **fields: object) -> None:
        assert set(fields) <= set(FIELDS)
        for field, value in fields.items():
            self._write(("tag", tag_id, field), value)

    def name(self, name: str, tag_id: int, *, alias: bool) -> None:
        """Have a name mean a tag: as its own, or as an alias."""
        self._write(("name", name, ""), [tag_id, alias])

    def name_free(self, name: str) -> None:
        """Have a name mean nothing any more."""
        self._write(("name", name, ""), None)

    def imply(self, low: int, high: int) -> None:
        self._write(("implication", f"{low} {high}", ""), True)

    def unimply(self, low: int, high: int) -> None:
        self._write(("implication", f"{low} {high}", ""), False)

    def edits(self) -> list[Edit]:
        """What is different now, each with what it was and what it is."""
        now = presents(self._was)
        return [
            {"what": key[0], "which": key[1], "field": key[2], "was": was, "is": now[key]}
            for key, was in self._was.items()
            if now[key] != was
        ]

    def back(self, edits: Sequence[Edit]) -> None:
        """Write what there was before these edits."""
        order = {"implication": 0, "name": 1, "tag": 2}
        for edit in sorted(edits, key=lambda edit: order[edit["what"]]):
            self._write(key_of(edit), edit["was"])

    def _write(self, key: Key, value: Any) -> None:
        self._was.setdefault(key, present(key))
        what, which, field = key
        if what == "tag":
            Tag.objects.filter(pk=which).update(**{field: value})
        elif what == "name":
            _name_write(str(which), value)
        else:
            low, high = map(int, str(which).split())
            if value:
                Implication.objects.get_or_create(antecedent_id=low, consequent_id=high)
            else:
                Implication.objects.filter(antecedent_id=low, consequent_id=high).delete()


def key_of(edit: Edit) -> Key:
    return edit["what"], edit["which"], edit["field"]


def present(key: Key) -> Any:
    """What stands there now."""
    return presents([key])[key]


def presents(keys: Iterable[Key]) -> dict[Key, Any]:
    """What stands at each of these places now; None for a tag that is not there."""
    wanted = set(keys)
    of_tags = {int(which) for what, which, _field in wanted if what == "tag"}
    of_names = [str(which) for what, which, _field in wanted if what == "name"]
    of_lows = {int(str(which).split()[0]) for what, which, _f in wanted if what == "implication"}
    tags = {row["pk"]: row for row in Tag.objects.filter(pk__in=of_tags).values("pk", *FIELDS)}
    named = TagName.objects.filter(name__in=of_names).values_list("name", "tag_id", "alias")
    names = {name: [tag_id, alias] for name, tag_id, alias in named}
    edges = Implication.objects.filter(antecedent_id__in=of_lows)
    implied = {f"{low} {high}" for low, high in edges.values_list("antecedent_id", "consequent_id")}
    found: dict[Key, Any] = {}
    for key in wanted:
        what, which, field = key
        if what == "tag":
            found[key] = tags.get(int(which), {}).get(field)
        elif what == "name":
            found[key] = names.get(str(which))
        else:
            found[key] = which in implied
    return found


def tags_of(edits: Iterable[Edit]) -> set[int]:
    """The ids of the tags that edits are about, before and after."""
    found: set[int] = set()
    names: set[str] = set()
    for edit in edits:
        if edit["what"] == "tag":
            found.add(int(edit["which"]))
        elif edit["what"] == "implication":
            found |= set(map(int, str(edit["which"]).split()))
        else:
            found |= {meaning[0] for meaning in (edit["was"], edit["is"]) if meaning}
            names.add(str(edit["which"]))
    # A merged tag's own name: what it means is what has changed.
    return found | set(Tag.objects.filter(name__in=names).values_list("pk", flat=True))


def _name_write(name: str, meaning: Sequence[Any] | None) -> None:
    if meaning is None:
        TagName.objects.filter(name=name).delete()
        return
    tag_id, alias = meaning
    # What autocomplete orders by is how much the tag is used, whichever name it is found by.
    others = TagName.objects.filter(tag_id=tag_id).exclude(name=name)
    rank = max(others.values_list("rank", flat=True), default=None)
    if rank is None:
        rank = Tag.objects.values_list(F("posts") + F("images"), flat=True).get(pk=tag_id)
    changed = TagName.objects.filter(name=name).update(tag_id=tag_id, alias=alias, rank=rank)
    if not changed:
        names_add([NewName(name, tag_id, alias=alias, rank=rank)])
