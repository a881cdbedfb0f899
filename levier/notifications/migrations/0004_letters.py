from django.db import migrations, models


class Migration(migrations.Migration):
    """Who reads the answer to a message."""

    dependencies = [("notifications", "0003_following")]

    operations = [migrations.AddField("message", "reply_to", models.CharField(blank=True, default="", max_length=500))]
