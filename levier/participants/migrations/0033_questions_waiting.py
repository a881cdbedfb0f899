from django.db import migrations, models


class Migration(migrations.Migration):
    """À faire counts the questions that still wait for their answer."""

    dependencies = [("participants", "0032_durations_of_buyers")]
    operations = [
        migrations.AddIndex(
            model_name="outcomequestion",
            index=models.Index(condition=models.Q(("answer", "")), fields=["due_on"], name="outcome_unanswered"),
        ),
    ]
