"""What a tag means and when to use it: versions, only ever added."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from labelhub.accounts.models import User
from labelhub.errors import Conflict, NotFound
from labelhub.tags.models import ChangeKind, Guideline, Markup, Tag, TagChange


class GuidelineMoved(Conflict):
    """Somebody else has written a newer version than the one that was edited."""

    code = "guideline_moved"


@dataclass(frozen=True, slots=True)
class Text:
    """What a version says."""

    markup: Markup = Markup.MARKDOWN
    body: str = ""
    photo_note: str = ""
    drawn_note: str = ""
    other_names: list[str] = field(default_factory=list)


def guideline_list(tag_id: int) -> QuerySet[Guideline]:
    """Every version, newest first.

    Raises:
        NotFound: there is no such tag.
    """
    if not Tag.objects.filter(pk=tag_id).exists():
        raise NotFound(_("There is no such tag any more. Go back to the list of tags."))
    return Guideline.objects.filter(tag_id=tag_id).select_related("user").order_by("-version")


@transaction.atomic
def guideline_write(
    *, user: User | None, tag_id: int, base: int, text: Text, summary: str, asks_again: bool
) -> Guideline:
    """Add a version.

    Args:
        base: the version that was edited; 0 where there was none.
        asks_again: whether answers that were given under older ones are asked again.

    Raises:
        GuidelineMoved: there is a newer version than `base`; nobody's text is overwritten.
        NotFound: there is no such tag.
    """
    tag = Tag.objects.select_for_update().filter(pk=tag_id).first()
    if tag is None:
        raise NotFound(_("There is no such tag any more. Go back to the list of tags."))
    if base != tag.guideline_version:
        raise GuidelineMoved(_moved(tag, base))
    names = [" ".join(name.split()) for name in text.other_names]
    made = Guideline.objects.create(
        tag=tag,
        version=base + 1,
        markup=text.markup,
        body=text.body,
        photo_note=text.photo_note,
        drawn_note=text.drawn_note,
        other_names=[name for name in dict.fromkeys(names) if name],
        summary=summary,
        asks_again=asks_again,
        user=user,
    )
    tag.guideline_version = made.version
    if asks_again:
        tag.asks_again_from = made.version
    tag.save(update_fields=["guideline_version", "asks_again_from"])
    TagChange.objects.create(
        kind=ChangeKind.GUIDELINE,
        tag=tag,
        user=user,
        touched=[tag.pk],
        details={"version": made.version, "summary": summary, "asks_again": asks_again},
    )
    return made


def _moved(tag: Tag, base: int) -> str:
    if base > tag.guideline_version:
        return _("The guideline of “%(tag)s” has no version %(base)d. Reload the page.") % {
            "tag": tag.name,
            "base": base,
        }
    newest = Guideline.objects.select_related("user").get(tag=tag, version=tag.guideline_version)
    return _(
        "%(who)s has changed the guideline of “%(tag)s” meanwhile (version %(version)d). Nothing "
        "was overwritten: copy your text, open the new version, and put into it what it lacks."
    ) % {
        "who": newest.user.username if newest.user else _("An import"),
        "tag": tag.name,
        "version": newest.version,
    }
