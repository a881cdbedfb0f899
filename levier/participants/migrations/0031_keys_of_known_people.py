from typing import Any

from django.conf import settings
from django.db import migrations

from levier.foundation.encryption import blind_index
from levier.participants.duplicates import keys_of
from levier.participants.identity import UNREADABLE, open_identity


def write_keys(apps: Any, _schema: Any) -> None:
    person, key = apps.get_model("participants", "Person"), apps.get_model("participants", "PersonKey")
    rows = []
    for one in person.objects.filter(identity__isnull=False).only("pk", "identity", "public_id").iterator():
        identity = open_identity(one.identity, one.public_id)
        if identity in {None, UNREADABLE}:
            continue
        for kind, parts in keys_of(identity):
            rows.append(
                key(person_id=one.pk, kind=str(kind), digest=blind_index(settings.MASTER_KEY, f"pair:{kind}", *parts))
            )
    key.objects.bulk_create(rows, batch_size=5_000)


class Migration(migrations.Migration):
    """People known before duplicates were looked for get their keyed fingerprints."""

    dependencies = [("participants", "0030_people")]
    operations = [migrations.RunPython(write_keys, migrations.RunPython.noop)]
