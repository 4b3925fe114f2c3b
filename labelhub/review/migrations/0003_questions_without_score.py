"""Questions that no tagger put, but a split of a tag or a new guideline."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("review", "0002_initial")]

    operations = [
        migrations.AlterField(
            model_name="question",
            name="score",
            field=models.FloatField(help_text="the tagger's raw score", null=True),
        ),
        migrations.AlterField(
            model_name="question",
            name="distance",
            field=models.FloatField(
                help_text="of the score to the decision line; small comes first"
            ),
        ),
    ]
