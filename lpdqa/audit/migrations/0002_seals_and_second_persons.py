import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('note', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('role.administrator', 'Give the administrator role'), ('framework.publish', 'Publish a framework version')], max_length=24)),
                ('target_id', models.BigIntegerField(help_text='The person, or the framework version')),
                ('label', models.CharField(max_length=200)),
                ('payload', models.JSONField(blank=True, default=dict)),
                ('reason', models.TextField(blank=True)),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('entry_id', models.BigIntegerField(unique=True)),
                ('digest', models.BinaryField(help_text='SHA-256 of the entry')),
                ('hash', models.BinaryField(help_text='SHA-256 of the seal before and this digest')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name='acknowledgement',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='acknowledgement',
            name='entry',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgement', to='audit.entry'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='proposal',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='seal',
            trigger=pgtrigger.compiler.Trigger(name='seal_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b15fcbf61eccf7cff43fd38e266ada72b41e47b2', operation='UPDATE OR DELETE', pgid='pgtrigger_seal_append_only_76b1e', table='audit_seal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='seal',
            trigger=pgtrigger.compiler.Trigger(name='seal_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: rows of table % are only ever added', TG_TABLE_NAME;", hash='8453f703416903c02c1f08b3631a1876d26c8fd3', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_seal_no_truncate_74877', table='audit_seal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='acknowledgement',
            trigger=pgtrigger.compiler.Trigger(name='acknowledgement_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bf27a08e8607e277a31052423ac1a81b89e38729', operation='UPDATE OR DELETE', pgid='pgtrigger_acknowledgement_append_only_477dd', table='audit_acknowledgement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='acknowledgement',
            trigger=pgtrigger.compiler.Trigger(name='acknowledgement_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: rows of table % are only ever added', TG_TABLE_NAME;", hash='262e4f141315c54ef32b6071fdf59bc180083e21', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_acknowledgement_no_truncate_537c4', table='audit_acknowledgement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='acknowledgement',
            trigger=pgtrigger.compiler.Trigger(name='acknowledgement_other', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM audit_entry e WHERE e.id = NEW.entry_id AND (e.actor_id = NEW.by_id\n               OR (e.target_type = 'accounts.user' AND e.target_id = NEW.by_id))) THEN\n        RAISE EXCEPTION 'pgtrigger: an act is acknowledged by somebody without a part in it';\n    END IF;\n    RETURN NEW;\n", hash='755ef5cf2e34d1ecac7cb7984a80a361b55b2fff', operation='INSERT', pgid='pgtrigger_acknowledgement_other_b74b7', table='audit_acknowledgement', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['role.administrator', 'framework.publish'])), name='proposal_kind'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed', False), models.Q(models.Q(('decided_by', models.F('proposed_by')), _negated=True), ('decided_by__isnull', False)), _connector='OR'), name='proposal_two_people'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='proposal_decided'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.UniqueConstraint(condition=models.Q(('decided_at', None)), fields=('kind', 'target_id'), name='proposal_once_open'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposal',
            trigger=pgtrigger.compiler.Trigger(name='proposal_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."decided_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d783e50884874701ea4621c14071f7012af936f5', operation='UPDATE OR DELETE', pgid='pgtrigger_proposal_fixed_b441e', table='audit_proposal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposal',
            trigger=pgtrigger.compiler.Trigger(name='proposal_no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: rows of table % are only ever added', TG_TABLE_NAME;", hash='97d38c3ad4f21eddb51c9fc8628871e3fa4a1af5', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_proposal_no_truncate_590ef', table='audit_proposal', when='BEFORE')),
        ),
    ]
