from django.db import migrations, models
from django.db.models.deletion import CASCADE, SET_NULL


class Migration(migrations.Migration):
    dependencies = [("taggers", "0004_pretag_at_scale")]

    operations = [
        migrations.AddField(
            model_name="backbone",
            name="noted_to",
            field=models.BigIntegerField(
                default=0,
                help_text="every image up to this id has an embedding row, made or to be made",
            ),
        ),
        migrations.AlterField(
            model_name="embedding",
            name="backbone",
            field=models.ForeignKey(
                db_index=False,
                on_delete=CASCADE,
                related_name="embeddings",
                to="taggers.backbone",
            ),
        ),
        migrations.AlterField(
            model_name="embedding",
            name="runtime",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=SET_NULL,
                related_name="+",
                to="taggers.runtime",
            ),
        ),
    ]
