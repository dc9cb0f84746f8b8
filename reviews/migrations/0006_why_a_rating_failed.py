from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0005_fewer_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="stalesubject",
            name="error",
            field=models.CharField(blank=True, db_default="", max_length=300),
        ),
    ]
