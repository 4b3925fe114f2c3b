from django.db import migrations, models


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
    ]
