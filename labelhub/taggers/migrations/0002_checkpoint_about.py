from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("taggers", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="backbone",
            name="checkpoint",
            field=models.CharField(
                default="",
                help_text="SHA-256 of the tagger in whose folder its weights lie",
                max_length=64,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="tagger",
            name="about",
            field=models.TextField(blank=True, default="", help_text="what it was trained on"),
        ),
        migrations.AlterField(
            model_name="tagger",
            name="origin",
            field=models.CharField(
                choices=[
                    ("published", "the published checkpoint"),
                    ("local", "a local checkpoint"),
                    ("starter", "the starter tagger"),
                    ("taught", "taught by answers"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="tagger",
            name="sha256",
            field=models.CharField(
                blank=True,
                default="",
                help_text="of the checkpoint's files, or of what a taught one is made of",
                max_length=64,
            ),
        ),
    ]
