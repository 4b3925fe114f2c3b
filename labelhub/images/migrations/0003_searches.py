"""Indexes for what searches ask of images."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("images", "0002_picture_book")]

    operations = [
        *(
            migrations.AddIndex(
                model_name="image",
                index=models.Index(
                    django.contrib.postgres.indexes.OpClass(
                        django.db.models.functions.text.Lower(field), name="text_pattern_ops"
                    ),
                    name=f"image_{field}_begins",
                ),
            )
            for field in ("name", "source")
        ),
        migrations.AddIndex(
            model_name="image", index=models.Index(fields=["created_at"], name="image_came")
        ),
    ]
