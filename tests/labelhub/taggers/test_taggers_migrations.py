"""What the rows of an older labelhub become."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from labelhub.taggers.models import Backbone, Origin, Tagger, TaggerState
from labelhub.taggers.selectors import tagger_serving
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doorbells")]


def migrate() -> None:
    import_module("labelhub.taggers.migrations.0003_starter_replaces_untrained").fill(apps, None)


def test_an_untrained_tagger_becomes_a_local_one_and_makes_room() -> None:
    serving = factories.tagger()
    loading = Tagger.objects.create(name="b", origin="untrained", state=TaggerState.REGISTERING)
    Tagger.objects.filter(pk=serving.pk).update(origin="untrained")
    migrate()
    serving.refresh_from_db()
    loading.refresh_from_db()
    assert (serving.origin, serving.state) == (Origin.LOCAL, TaggerState.RETIRED)
    assert (loading.origin, loading.state) == (Origin.LOCAL, TaggerState.REFUSED)
    assert "never trained" in serving.about
    assert tagger_serving() is None
    assert factories.tagger(serving=False, origin=Origin.STARTER) == tagger_serving()


def test_other_taggers_keep_serving_and_say_what_they_are() -> None:
    published = factories.tagger(origin=Origin.PUBLISHED)
    local = factories.tagger(serving=False, origin=Origin.LOCAL)
    Tagger.objects.update(about="", source="/some/folder")
    serving = tagger_serving()
    migrate()
    assert tagger_serving() == serving
    published.refresh_from_db()
    local.refresh_from_db()
    assert "Danbooru" in published.about
    assert "/some/folder" in local.about


def test_each_backbone_learns_which_folder_has_its_weights() -> None:
    first, other = factories.tagger(), factories.tagger()
    factories.taught(first)
    Backbone.objects.update(checkpoint="")
    migrate()
    for tagger in (first, other):
        assert tagger.backbone is not None
        assert Backbone.objects.get(pk=tagger.backbone.pk).checkpoint == tagger.sha256
