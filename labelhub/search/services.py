"""Keeping searches."""

from __future__ import annotations

from django.utils.translation import gettext as _

from labelhub.accounts.models import User
from labelhub.accounts.permissions import Action, actions_of
from labelhub.errors import Forbidden
from labelhub.search.errors import SearchNotFound
from labelhub.search.grammar import parse
from labelhub.search.models import SavedSearch
from labelhub.search.selectors import saved_searches


def search_keep(*, user: User, name: str, query: str, shared: bool) -> SavedSearch:
    """Keep a search under a name, in place of one's own of the same name.

    Raises:
        BadQuery: it cannot be understood.
    """
    parse(query)
    kept, _made = SavedSearch.objects.update_or_create(
        user=user, name=name, defaults={"query": query, "shared": shared}
    )
    return kept


def search_remove(*, user: User, search_id: int) -> None:
    """Forget a search; a curator may do so with what others share.

    Raises:
        SearchNotFound: there is none, or it is somebody else's and not shared.
        Forbidden: it is somebody else's.
    """
    kept = saved_searches(user).filter(pk=search_id).first()
    if kept is None:
        raise SearchNotFound(_("There is no such saved search any more."))
    if kept.user_id != user.pk and Action.LABEL_CURATE not in actions_of(user):
        raise Forbidden(_("Only whoever saved this search, or a curator, can remove it."))
    kept.delete()
