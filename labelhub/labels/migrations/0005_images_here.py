"""Tags say how many images have them, as of the last count."""

from __future__ import annotations

from django.db import migrations

COUNTED = """
    UPDATE tags_tag AS t SET images = c.positive
      FROM labels_tagcount AS c WHERE c.tag_id = t.id AND t.images <> c.positive
"""


class Migration(migrations.Migration):
    dependencies = [("labels", "0004_truth_by_image"), ("tags", "0003_images_here")]

    operations = [migrations.RunSQL(COUNTED, migrations.RunSQL.noop)]
