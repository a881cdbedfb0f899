from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_answered_form"),
    ]

    operations = [
        migrations.AddField("answeredform", "session", models.CharField(default="", max_length=40)),
    ]
