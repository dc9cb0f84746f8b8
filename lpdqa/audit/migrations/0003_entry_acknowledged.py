from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('audit', '0002_seals_and_second_persons'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='entry',
            index=models.Index(condition=models.Q(('action__in', ('assessment.void', 'conflict.override', 'finding.clear', 'role.grant', 'role.revoke')), ('actor__isnull', False)), fields=['id'], name='entry_acknowledged'),
        ),
    ]
