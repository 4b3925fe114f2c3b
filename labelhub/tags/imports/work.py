"""A worker's steps with a file: reading it, and changing the vocabulary by it.

A worker killed anywhere leaves the row as it was: its claim lapses, and the step is done again from
the start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from labelhub import storage
from labelhub.jobs.work import Progress
from labelhub.tags.graph import Graph, graph
from labelhub.tags.imports import (
    aliases,
    figures,
    implications,
    name_lists,
    tag_lists,
    wiki,
    writing,
)
from labelhub.tags.imports.files import UNFINISHED, import_get, import_settled
from labelhub.tags.imports.plan import Plan, Problems
from labelhub.tags.imports.reading import Lines
from labelhub.tags.models import (
    ChangeKind,
    ImportState,
    Tag,
    TagChange,
    VocabularyForm,
    VocabularyImport,
    VocabularyVersion,
)
from labelhub.tags.services import vocabulary_bump, vocabulary_lock

CLAIM = timedelta(minutes=15)  # longer than a step may take
PLANS: Mapping[VocabularyForm, Callable[[Lines], Plan]] = {
    VocabularyForm.TAGS: tag_lists.plan,
    VocabularyForm.ALIASES: aliases.plan,
    VocabularyForm.IMPLICATIONS: implications.plan,
    VocabularyForm.WIKI: wiki.plan,
    VocabularyForm.HIDDEN: name_lists.hidden,
    VocabularyForm.DEPRECATED: name_lists.deprecated,
    VocabularyForm.VOCABULARY: name_lists.vocabulary,
    VocabularyForm.FIGURES: figures.plan,
}


def import_step(*, import_id: int, follow: Callable[[TagChange], None]) -> Progress:
    """Read a file, or apply one, unless another worker is at it.

    Args:
        follow: called in the transaction of a change, which it lets labels follow.
    """
    found = _claim(import_id)
    if found is None:
        return Progress(claimed=0, done=int(import_settled(import_id)), total=1)
    try:
        if found.state == ImportState.READING:
            _read(found)
        else:
            _apply(found, follow)
    except (OperationalError, InterfaceError):
        raise  # Postgres is away: the claim lapses, and it is done again
    except storage.BytesGone as error:
        _give_up(found, str(error), ImportState.REFUSED)
    except Exception as error:
        what = type(error).__name__
        message = _("Something unexpected happened (%s): see the log. Nothing was changed.") % what
        back = ImportState.REFUSED if found.state == ImportState.READING else ImportState.READY
        _give_up(found, message, back)
        raise
    return Progress(claimed=1, done=1, total=1)


def _claim(import_id: int) -> VocabularyImport | None:
    now = timezone.now()
    changed = VocabularyImport.objects.filter(
        Q(claimed_until=None) | Q(claimed_until__lt=now), pk=import_id, state__in=UNFINISHED
    ).update(claimed_until=now + CLAIM)
    return import_get(import_id) if changed else None


def _read(found: VocabularyImport) -> None:
    plan = _plan(found)
    state, message = ImportState.READY, ""
    if plan.rows == 0:
        state = ImportState.REFUSED
        message = _("No line of this file is of this form: choose another form, or another file.")
    elif not plan.effects():
        message = _("Nothing in this file changes the vocabulary.")
    done = VocabularyImport.objects.filter(pk=found.pk, state=ImportState.READING).update(
        state=state, message=message, claimed_until=None, **_shown(plan)
    )
    if done and state == ImportState.REFUSED:
        _forget(found)


def _apply(found: VocabularyImport, follow: Callable[[TagChange], None]) -> None:
    number = _number()
    # While nobody waits. Pages are compared with guidelines, which change without being counted.
    early = None if found.form == VocabularyForm.WIKI else _plan(found)
    with transaction.atomic():
        vocabulary_lock()
        row = VocabularyImport.objects.select_for_update().filter(
            pk=found.pk, state=ImportState.APPLYING
        )
        if not row:
            return  # another worker took it for abandoned, and has done it
        before = graph()
        plan = early if early and number is not None and number == _number() else _plan(found)
        writing.write(plan)
        effects = plan.effects()
        if effects:
            vocabulary_bump()
            follow(
                TagChange.objects.create(
                    kind=ChangeKind.IMPORT,
                    user=found.user,
                    details={
                        "import": found.pk,
                        "form": found.form,
                        "name": found.name,
                        "effects": [asdict(effect) for effect in effects],
                    },
                    touched=_touched(before, graph(), plan),
                )
            )
        VocabularyImport.objects.filter(pk=found.pk).update(
            state=ImportState.APPLIED,
            applied_at=timezone.now(),
            claimed_until=None,
            **_shown(plan),
        )
    if effects:
        _tidy()
    _forget(found)


def _number() -> int | None:
    return VocabularyVersion.objects.values_list("number", flat=True).first()


def _plan(found: VocabularyImport) -> Plan:
    problems = Problems()
    with storage.local_file(found.key) as path, path.open("rb") as file:
        return PLANS[VocabularyForm(found.form)](Lines(file, problems))


def _shown(plan: Plan) -> dict[str, object]:
    return {
        "preview": {
            "rows": plan.rows,
            "effects": [asdict(effect) for effect in plan.effects()],
            "problem_count": plan.problems.count,
        },
        "problems": [asdict(problem) for problem in plan.problems.kept],
    }


def _touched(before: Graph, now: Graph, plan: Plan) -> list[int]:
    """Tags about which something else follows now: those at either end of what implies otherwise,
    automatic ones that are new, and those that are asked about no more.
    """
    found = {each for edge in before.differing(now) for each in edge}
    found |= set(now.automatic.values()) ^ set(before.automatic.values())
    put_away = Tag.objects.filter(name__in=[*plan.hidden, *plan.deprecated])
    found |= set(put_away.values_list("pk", flat=True))
    return sorted(found)


def _give_up(found: VocabularyImport, message: str, state: ImportState) -> None:
    VocabularyImport.objects.filter(pk=found.pk, state=found.state).update(
        state=state, message=message, claimed_until=None
    )


def _forget(found: VocabularyImport) -> None:
    storage.discard(found.key)


def _tidy() -> None:
    """After many new rows: short prefixes are read from the index alone only once Postgres has
    looked over the table. It would in its own time.
    """
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) tags_tag, tags_tagname")
