from django.db import migrations, models


class Migration(migrations.Migration):
    """A file can be set aside: limitation of processing, while a dispute is open or until its term."""

    dependencies = [("participants", "0033_questions_waiting")]
    operations = [migrations.AddField("person", "limited_at", models.DateTimeField(null=True))]
