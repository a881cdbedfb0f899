from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0002_message_secret"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="bounce",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="message",
            name="bounced_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("bounced_at__isnull", True), ("sent_at__isnull", False), _connector="OR"),
                name="message_bounced_was_sent",
            ),
        ),
    ]
