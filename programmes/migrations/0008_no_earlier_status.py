"""An entry is never "earlier": a newer rating takes the place of an older one, and so the entry is rated; where it ended
otherwise, the entry is lapsed or listed. Only made-up rows for measuring said it; search counted them as lapsed.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0007_room_on_every_page"),
    ]

    operations = [
        migrations.RunSQL(
            "UPDATE programmes_catalogueentry SET status = 'lapsed' WHERE status = 'earlier'",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="catalogueentry",
            name="status",
            field=models.CharField(
                choices=[
                    ("listed", "Listed, not reviewed"),
                    ("rated", "Rated"),
                    ("alert", "Alert"),
                    ("lapsed", "Lapsed"),
                ],
                default="listed",
                max_length=10,
            ),
        ),
    ]
