from typing import Any

from django.db import connection, migrations, transaction

from levier.participants.identity import UNREADABLE, open_identity
from levier.participants.name_keys import keys_of_name

BATCH = 5_000
KEPT = """
UPDATE participants_person p SET granted_until = r.granted_until, placed_until = r.placed_until, moved_at = r.moved_at
  FROM participants_person_read r WHERE r.person_id = p.id
"""
SHARED = """
UPDATE participants_personkey k SET shared = true
  FROM (SELECT digest, kind FROM participants_personkey GROUP BY 1, 2 HAVING count(*) > 1) s WHERE k.digest = s.digest AND k.kind = s.kind
"""
NAMED = """
UPDATE participants_person p SET name_keys = string_to_array(k.keys, ',')::smallint[]
  FROM unnest(%s::bigint[], %s::text[]) AS k (id, keys) WHERE p.id = k.id
"""


def fill(apps: Any, _schema: Any) -> None:
    """Batches of their own: a stop half-way loses nothing, the next try does what is left."""
    person = apps.get_model("participants", "Person")
    with connection.cursor() as cursor:
        cursor.execute(KEPT)
        cursor.execute(SHARED)
        last = 0
        waiting = person.objects.filter(identity__isnull=False, name_keys__isnull=True).order_by("pk")
        while rows := list(waiting.filter(pk__gt=last).values_list("pk", "identity", "public_id")[:BATCH]):
            last = rows[-1][0]
            opened = [(pk, open_identity(identity, public_id)) for pk, identity, public_id in rows]
            told = [(pk, keys_of_name(one)) for pk, one in opened if one is not None and one is not UNREADABLE]
            with transaction.atomic():
                cursor.execute(NAMED, [[pk for pk, _ in told], [",".join(map(str, keys)) for _, keys in told]])


class Migration(migrations.Migration):
    """People known before get what their list reads, and the keys of their names."""

    atomic = False
    dependencies = [("participants", "0036_listed_people")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
