"""What labels are derived from: the events about images that stand, and the images' sizes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from labelhub.images.models import Image
from labelhub.labels.models import Answer, Completion, How, ImportedTags, Verdict
from labelhub.labels.rules import Derived, Imported, Said, automatic_tags, derive
from labelhub.tags.graph import Graph, graph
from labelhub.tags.models import ImportState

# Of imports of labels: those whose rows count.
COUNTING = (ImportState.APPLYING, ImportState.APPLIED)


@dataclass(slots=True)
class Events:
    """What stands about one image."""

    width: int
    height: int
    said: list[Said] = field(default_factory=list)
    imported: list[Imported] = field(default_factory=list)
    completed: list[datetime] = field(default_factory=list)

    def derived(self, meant: Graph) -> Derived:
        return derive(
            said=self.said,
            imported=self.imported,
            automatic=automatic_tags(width=self.width, height=self.height, graph=meant),
            completed=self.completed,
            graph=meant,
        )


def imports_standing() -> Q:
    """Of `ImportedTags`: those that count."""
    return Q(batch=None) | Q(batch__state__in=COUNTING)


def events_of(
    image_ids: Iterable[int], *, without: Collection[UUID] = (), again: Collection[UUID] = ()
) -> dict[int, Events]:
    """By image id: the events that stand, in four queries.

    Args:
        without: answers to be passed over, as if they were taken back.
        again: answers to be counted, as if they had never been taken back.
    """
    ids = list(image_ids)
    sizes = Image.objects.filter(pk__in=ids).values_list("pk", "width", "height")
    found = {pk: Events(width, height) for pk, width, height in sizes}
    standing = Q(retraction=None) | Q(pk__in=again) if again else Q(retraction=None)
    answers = Answer.objects.filter(standing, image_id__in=ids).values_list(
        "image_id", "user_id", "created_at", "pk", "tag_id", "verdict", "how"
    )
    for image_id, user_id, at, answer_id, tag_id, verdict, how in answers:
        if answer_id not in without:
            found[image_id].said.append(
                Said(user_id, at, answer_id, tag_id, Verdict(verdict), How(how))
            )
    imports = ImportedTags.objects.filter(imports_standing(), image_id__in=ids).values_list(
        "image_id", "positive", "negative", "complete", "created_at"
    )
    for image_id, positive, negative, complete, at in imports:
        found[image_id].imported.append(Imported(positive, negative))
        if complete:
            found[image_id].completed.append(at)
    completions = Completion.objects.filter(image_id__in=ids, retracted_at=None)
    for image_id, at in completions.values_list("image_id", "created_at"):
        found[image_id].completed.append(at)
    return found


def labels_derived(
    image_ids: Iterable[int], *, without: Collection[UUID] = (), again: Collection[UUID] = ()
) -> dict[int, Derived]:
    """By image id: its labels as its events have them; of `events_of`."""
    meant = graph()
    found = events_of(image_ids, without=without, again=again)
    return {image_id: events.derived(meant) for image_id, events in found.items()}
