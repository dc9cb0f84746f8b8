"""Leaves half of every page of the catalogue empty.

Most new ratings only grew older by a month: they change an entry, and no column that an index holds. With room on its
page PostgreSQL keeps the new version there and leaves all indexes alone, those over the words among them; without, it
writes into each.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0006_rated_again_is_no_news"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE programmes_catalogueentry SET (fillfactor = 50)",
            "ALTER TABLE programmes_catalogueentry RESET (fillfactor)",
        ),
    ]
