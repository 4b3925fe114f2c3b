"""Labels by image, derived anew from all events; undos, completions and imports of labels."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# Past answers: on the image page people accepted suggestions or typed.
HOW = """
    ALTER TABLE labels_answer DISABLE TRIGGER append_only;
    UPDATE labels_answer
       SET how = CASE WHEN shown->>'score' IS NULL THEN 'typed' ELSE 'accepted' END
     WHERE view = 'image';
    ALTER TABLE labels_answer ENABLE TRIGGER append_only;
"""
# A retraction is what an undo has made of an answer; undone, it goes. What stays are the undos.
UNDOS = """
    DROP TRIGGER append_only ON labels_retraction;
    INSERT INTO labels_undo (user_id, asked, answer_ids, created_at)
         SELECT user_id, '{}', ARRAY[answer_id], created_at FROM labels_retraction ORDER BY id;
    UPDATE labels_retraction AS r SET undo_id = u.id
      FROM labels_undo AS u WHERE r.answer_id = u.answer_ids[1];
    SET CONSTRAINTS ALL IMMEDIATE;
"""
TAGS = """
    INSERT INTO labels_importedtags (image_id, origin, positive, negative, complete, created_at)
         SELECT image_id, origin, array_agg(tag_id::int ORDER BY tag_id), '{}', false,
                min(created_at)
           FROM labels_importedtag GROUP BY image_id, origin;
    SET CONSTRAINTS ALL IMMEDIATE;
"""
SOURCE = """CASE s WHEN 'a' THEN 'answered' WHEN 'c' THEN 'accepted' WHEN 'i' THEN 'imported'
                   WHEN 'p' THEN 'implied' WHEN 'm' THEN 'automatic' END"""
VIEW = "CREATE VIEW labels_label AS " + " UNION ALL ".join(
    f"""SELECT l.image_id, t.tag_id::bigint AS tag_id, '{state}' AS state, {SOURCE} AS source
          FROM labels_labels AS l,
               ROWS FROM (unnest(l.{state}), string_to_table(l.{state}_sources, NULL))
                    AS t (tag_id, s)"""
    for state in ("positive", "negative", "conflicting")
)
NEW_IMAGES = """
    CREATE FUNCTION labels_begin() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO labels_labels (image_id, positive, negative, conflicting, positive_sources,
                                   negative_sources, conflicting_sources, updated_at)
             SELECT id, '{}', '{}', '{}', '', '', '', now() FROM new;
        INSERT INTO labels_stale (image_id) SELECT id FROM new;
        RETURN NULL;
    END $$;
    CREATE TRIGGER labels_begin AFTER INSERT ON images_image
        REFERENCING NEW TABLE AS new FOR EACH STATEMENT EXECUTE FUNCTION labels_begin();
    INSERT INTO labels_labels (image_id, positive, negative, conflicting, positive_sources,
                               negative_sources, conflicting_sources, updated_at)
         SELECT id, '{}', '{}', '{}', '', '', '', now() FROM images_image;
    INSERT INTO labels_stale (image_id) SELECT id FROM images_image;
"""
# An automatic tag is set from the day on which there is one, on the images that are here already as
# well; whoever makes it, most often with a tagger's vocabulary, knows nothing of labels. So does what
# the form of other tags' names implies (`tags.graph.pattern_edges`), on the images that have one of
# those. The lock is `labels.services.derive.meaning_lock`.
AUTOMATIC = """
    CREATE FUNCTION labels_automatic() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        lows int[];
    BEGIN
        IF EXISTS (SELECT FROM new WHERE name IN ('highres', 'absurdres', 'incredibly_absurdres',
                                                  'lowres', 'wide_image', 'tall_image')) THEN
            PERFORM pg_advisory_xact_lock(27745, 0);
            INSERT INTO labels_stale (image_id) SELECT id FROM images_image ORDER BY id
                ON CONFLICT (image_id) DO UPDATE SET image_id = excluded.image_id;
            RETURN NULL;
        END IF;
        SELECT array_agg(DISTINCT named.tag_id::int) INTO lows
          FROM (SELECT longer.name FROM new AS made
                  JOIN tags_tag AS longer ON longer.name = made.name || '_(cosplay)'
                 UNION ALL
                SELECT name FROM tags_tag
                 WHERE EXISTS (SELECT FROM new WHERE name = 'cosplay')
                   AND right(name, 10) = '_(cosplay)'
                 UNION ALL
                SELECT name FROM tags_tag
                 WHERE EXISTS (SELECT FROM new WHERE name = 'school_uniform')
                   AND right(name, 15) = '_school_uniform') AS low
          JOIN tags_tagname AS named USING (name);
        IF lows IS NOT NULL THEN
            PERFORM pg_advisory_xact_lock(27745, 0);
            INSERT INTO labels_stale (image_id)
                 SELECT image_id FROM labels_labels WHERE positive && lows ORDER BY image_id
                ON CONFLICT (image_id) DO UPDATE SET image_id = excluded.image_id;
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER labels_automatic AFTER INSERT ON tags_tag
        REFERENCING NEW TABLE AS new FOR EACH STATEMENT EXECUTE FUNCTION labels_automatic();
"""
# As `labels.imports.matching` asks: files of labels name images by their file names.
STEMS = r"CREATE INDEX image_stem ON images_image (regexp_replace(name, '\.[^.]*$', ''))"


class Migration(migrations.Migration):
    dependencies = [
        ("images", "0002_picture_book"),
        ("labels", "0003_past_answers"),
        ("tags", "0002_vocabulary"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Completion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("retracted_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ImportedTags",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("origin", models.CharField(max_length=400)),
                (
                    "positive",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                (
                    "negative",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                ("complete", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="LabelImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("csv", "CSV: file or hash, tags"),
                            ("jsonl", "JSON lines"),
                            ("parquet", "JoyTag's parquet"),
                            ("danbooru", "Danbooru posts (JSON)"),
                            ("sidecars", "a zip of .txt files named like the images"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "absence",
                    models.CharField(
                        choices=[("unknown", "says nothing"), ("no", "means no")], max_length=7
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reading", "reading"),
                            ("ready", "ready"),
                            ("applying", "applying"),
                            ("applied", "applied"),
                            ("retracted", "taken back"),
                            ("refused", "refused"),
                        ],
                        default="reading",
                        max_length=9,
                    ),
                ),
                ("name", models.CharField(max_length=400)),
                ("key", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("bytes", models.PositiveBigIntegerField()),
                ("rows_done", models.PositiveBigIntegerField(default=0)),
                ("preview", models.JSONField(default=dict)),
                ("problems", models.JSONField(default=list)),
                ("message", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                ("claimed_until", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Labels",
            fields=[
                (
                    "image",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="derived",
                        serialize=False,
                        to="images.image",
                    ),
                ),
                (
                    "positive",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                (
                    "negative",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                (
                    "conflicting",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, size=None
                    ),
                ),
                ("positive_sources", models.TextField(blank=True, default="")),
                ("negative_sources", models.TextField(blank=True, default="")),
                ("conflicting_sources", models.TextField(blank=True, default="")),
                ("completed_at", models.DateTimeField(blank=True, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="Stale",
            fields=[
                (
                    "image",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="images.image",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TagCount",
            fields=[
                (
                    "tag",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="tags.tag",
                    ),
                ),
                ("positive", models.PositiveBigIntegerField(default=0)),
                ("negative", models.PositiveBigIntegerField(default=0)),
                ("conflicting", models.PositiveBigIntegerField(default=0)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [models.Index(fields=["-made_at"], name="tag_count_newest")],
            },
        ),
        migrations.CreateModel(
            name="TagExample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "good",
                    models.BooleanField(
                        help_text="it has the tag; otherwise it is what people mistake"
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Undo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked", models.JSONField(default=dict)),
                (
                    "answer_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.AddField(
            model_name="answer",
            name="how",
            field=models.CharField(
                choices=[
                    ("asked", "asked by the queue"),
                    ("accepted", "a suggestion accepted or refused"),
                    ("typed", "typed"),
                ],
                default="asked",
                max_length=8,
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(HOW, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="answer",
            name="view",
            field=models.CharField(
                choices=[("card", "card"), ("image", "image page"), ("conflicts", "conflicts")],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(fields=["user", "image"], name="answer_user_image"),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(fields=["tag", "-created_at"], name="answer_about_tag"),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("how__in", ["asked", "accepted", "typed"])),
                name="answer_how_known",
            ),
        ),
        migrations.AddField(
            model_name="completion",
            name="image",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="completions",
                to="images.image",
            ),
        ),
        migrations.AddField(
            model_name="completion",
            name="retracted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="completion",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="importedtags",
            name="image",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="imported_tags",
                to="images.image",
            ),
        ),
        migrations.AddField(
            model_name="labelimport",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="importedtags",
            name="batch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rows",
                to="labels.labelimport",
            ),
        ),
        migrations.AddIndex(
            model_name="labels",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["positive"], name="labels_positive"
            ),
        ),
        migrations.AddIndex(
            model_name="labels",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["negative"], name="labels_negative"
            ),
        ),
        migrations.AddIndex(
            model_name="labels",
            index=models.Index(
                condition=models.Q(("conflicting", []), _negated=True),
                fields=["image"],
                name="labels_in_conflict",
            ),
        ),
        migrations.AddIndex(
            model_name="labels",
            index=models.Index(
                condition=models.Q(("completed_at__isnull", False)),
                fields=["image"],
                name="labels_of_complete_images",
            ),
        ),
        migrations.AddIndex(
            model_name="labels",
            index=models.Index(
                condition=models.Q(
                    models.Q(("positive", []), _negated=True),
                    models.Q(("negative", []), _negated=True),
                    models.Q(("conflicting", []), _negated=True),
                    ("completed_at__isnull", False),
                    _connector="OR",
                ),
                fields=["image"],
                name="labels_that_say_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="labels",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("positive__len", django.db.models.functions.text.Length("positive_sources")),
                    ("negative__len", django.db.models.functions.text.Length("negative_sources")),
                    (
                        "conflicting__len",
                        django.db.models.functions.text.Length("conflicting_sources"),
                    ),
                ),
                name="labels_each_has_a_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="labels",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("positive__overlap", models.F("negative")), _negated=True),
                    models.Q(("positive__overlap", models.F("conflicting")), _negated=True),
                    models.Q(("negative__overlap", models.F("conflicting")), _negated=True),
                ),
                name="labels_one_state_each",
            ),
        ),
        migrations.AddField(
            model_name="tagexample",
            name="image",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="images.image"
            ),
        ),
        migrations.AddField(
            model_name="tagexample",
            name="tag",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tags.tag"
            ),
        ),
        migrations.AddField(
            model_name="tagexample",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="undo",
            name="reverses",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversed_by",
                to="labels.undo",
            ),
        ),
        migrations.AddField(
            model_name="undo",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="retraction",
            name="undo",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="retractions",
                to="labels.undo",
            ),
        ),
        migrations.AddConstraint(
            model_name="completion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retracted_at", None)),
                fields=("image", "user"),
                name="completion_once_per_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="completion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("retracted_at", None), ("retracted_by", None)),
                    models.Q(("retracted_at__isnull", False), ("retracted_by__isnull", False)),
                    _connector="OR",
                ),
                name="completion_retracted_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="labelimport",
            index=models.Index(
                condition=models.Q(("state__in", ["reading", "applying"])),
                fields=["id"],
                name="label_import_unfinished",
            ),
        ),
        migrations.AddConstraint(
            model_name="labelimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["reading", "ready", "applying", "applied", "retracted", "refused"],
                    )
                ),
                name="label_import_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="importedtags",
            constraint=models.UniqueConstraint(
                condition=models.Q(("batch__isnull", False)),
                fields=("batch", "image"),
                name="imported_tags_once_per_batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="tagexample",
            constraint=models.UniqueConstraint(fields=("tag", "image"), name="tag_example_once"),
        ),
        migrations.RunSQL(UNDOS, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="retraction",
            name="undo",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="retractions",
                to="labels.undo",
            ),
        ),
        migrations.RunSQL(TAGS, migrations.RunSQL.noop),
        migrations.DeleteModel(name="ImportedTag"),
        migrations.DeleteModel(name="Label"),
        migrations.RunSQL(VIEW, "DROP VIEW labels_label"),
        migrations.CreateModel(
            name="Label",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "image_id",
                        "tag_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "image",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="labels",
                        to="images.image",
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tags.tag",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("positive", "positive"),
                            ("negative", "negative"),
                            ("conflicting", "conflicting"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("answered", "answered"),
                            ("accepted", "accepted"),
                            ("completed", "completed"),
                            ("implied", "implied"),
                            ("imported", "imported"),
                            ("automatic", "automatic"),
                        ],
                        max_length=12,
                    ),
                ),
            ],
            options={"db_table": "labels_label", "managed": False},
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION labels_append_only()",
                f"DROP TRIGGER append_only ON {table}",
            )
            for table in ("labels_undo", "labels_importedtags")
        ),
        migrations.RunSQL(STEMS, "DROP INDEX image_stem"),
        migrations.RunSQL(
            NEW_IMAGES, "DROP TRIGGER labels_begin ON images_image; DROP FUNCTION labels_begin()"
        ),
        migrations.RunSQL(
            AUTOMATIC, "DROP TRIGGER labels_automatic ON tags_tag; DROP FUNCTION labels_automatic()"
        ),
    ]
