"""What the watch of published awards finds in the demonstration: amendments that were published after the contracts were followed."""

import json
import tempfile
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from levier.commitments.models import Commitment
from levier.foundation.periods import civil_date
from levier.open_data.actions import import_file
from levier.open_data.models import PublishedContract

AMENDED = 2
GROWTH = Decimal("1.12")


def publish_amendments(now: datetime) -> None:
    """The latest contracts that owe hours are published again, each with an amendment that raises its amount."""
    owing = Commitment.objects.filter(lot__published_key__isnull=False).order_by("-lot__contract__notified_on", "-id")
    keys = list(dict.fromkeys(bytes(key) for key in owing.values_list("lot__published_key", flat=True) if key))[
        :AMENDED
    ]
    published = PublishedContract.objects.filter(identity_key__in=keys, current_amount__isnull=False).order_by("id")
    records = [_amended(one, now) for one in published]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demonstration-avenants.json"
        path.write_text(json.dumps({"marches": {"marche": records}}), encoding="utf-8")
        import_file(path=path, now=now)


def _amended(one: PublishedContract, now: datetime) -> dict[str, object]:
    record: dict[str, object] = json.loads(one.raw)
    today = civil_date(now)
    amount = round((one.current_amount or Decimal(0)) * GROWTH)
    change = {
        "id": 1,
        "dateNotificationModification": (today - timedelta(days=12)).isoformat(),
        "datePublicationDonneesModification": (today - timedelta(days=2)).isoformat(),
        "montant": amount,
    }
    return record | {"modifications": [{"modification": change}], "datePublicationDonnees": today.isoformat()}
