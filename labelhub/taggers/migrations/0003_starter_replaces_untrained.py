"""Each backbone learns where its weights lie, each tagger what it was trained on. The untrained
tagger, which the starter replaces, becomes a local one and makes room.
"""

from django.db import migrations

PUBLISHED = (
    "Trained on Danbooru: millions of drawings with the tags their uploaders gave them. "
    "Photographs, and tags that people use loosely, are where it is weak."
)
LOCAL = "Read from %s. Whoever trained it knows on what."
UNTRAINED = "Its weights are random: it was never trained, and its suggestions mean nothing."


def fill(apps, schema_editor):
    tagger = apps.get_model("taggers", "Tagger").objects
    for backbone in apps.get_model("taggers", "Backbone").objects.all():
        oldest = tagger.filter(backbone=backbone).exclude(sha256="").order_by("pk").first()
        if oldest is not None:
            backbone.checkpoint = oldest.sha256
            backbone.save(update_fields=["checkpoint"])
    tagger.filter(origin="published").update(about=PUBLISHED)
    for row in tagger.filter(origin="local"):
        row.about = LOCAL % row.source
        row.save(update_fields=["about"])
    untrained = tagger.filter(origin="untrained")
    untrained.filter(state="serving").update(state="retired")
    untrained.filter(state__in=["fetching", "registering"]).update(
        state="refused", message="The starter tagger takes its place."
    )
    untrained.update(origin="local", about=UNTRAINED)


class Migration(migrations.Migration):
    dependencies = [("taggers", "0002_checkpoint_about")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
