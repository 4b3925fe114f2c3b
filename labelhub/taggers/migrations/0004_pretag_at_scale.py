import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("images", "0002_picture_book"),
        ("taggers", "0003_starter_replaces_untrained"),
        ("tags", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Borderline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "image_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                (
                    "scores",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.FloatField(),
                        help_text="their raw scores, in the same order",
                        size=None,
                    ),
                ),
                (
                    "among",
                    models.PositiveBigIntegerField(
                        default=0, help_text="how many images they are the nearest of"
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="Runtime",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("device", models.CharField(max_length=200)),
                ("images_per_second", models.FloatField()),
                (
                    "agreement",
                    models.FloatField(
                        help_text="largest difference of a raw score to full precision's, on the probe pictures"
                    ),
                ),
                ("measured_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.RemoveIndex(
            model_name="embedding",
            name="embedding_waiting",
        ),
        migrations.AddField(
            model_name="backbone",
            name="noted_to",
            field=models.BigIntegerField(
                default=0,
                help_text="every image up to this id has an embedding row, made or to be made",
            ),
        ),
        migrations.AddField(
            model_name="embedding",
            name="urgent",
            field=models.BooleanField(default=False, help_text="somebody waits for it"),
        ),
        migrations.AlterField(
            model_name="embedding",
            name="backbone",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="embeddings",
                to="taggers.backbone",
            ),
        ),
        migrations.AlterField(
            model_name="tagger",
            name="state",
            field=models.CharField(
                choices=[
                    ("fetching", "Fetching"),
                    ("registering", "Loading"),
                    ("refused", "Refused"),
                    ("candidate", "Candidate"),
                    ("warming", "Preparing to serve"),
                    ("serving", "Serving"),
                    ("retired", "Retired"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="tagger",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "warming")),
                fields=("state",),
                name="tagger_one_warming",
            ),
        ),
        migrations.AddField(
            model_name="borderline",
            name="tag",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tags.tag"
            ),
        ),
        migrations.AddField(
            model_name="borderline",
            name="tagger",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="taggers.tagger"
            ),
        ),
        migrations.AddField(
            model_name="runtime",
            name="backbone",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="runtimes",
                to="taggers.backbone",
            ),
        ),
        migrations.AddField(
            model_name="embedding",
            name="runtime",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="taggers.runtime",
            ),
        ),
        migrations.AddIndex(
            model_name="embedding",
            index=models.Index(
                condition=models.Q(("error", ""), ("vector__isnull", True)),
                fields=["backbone", "-urgent", "id"],
                name="embedding_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="borderline",
            constraint=models.UniqueConstraint(
                fields=("tagger", "tag"), name="borderline_once_per_tagger"
            ),
        ),
        migrations.AddConstraint(
            model_name="runtime",
            constraint=models.UniqueConstraint(
                fields=("backbone", "name", "device"), name="runtime_once_per_device"
            ),
        ),
    ]
