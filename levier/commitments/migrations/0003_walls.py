from django.db import migrations

WALLS = """
ALTER TABLE commitments_commitment ADD CONSTRAINT commitment_holder_of_the_lot
  FOREIGN KEY (lot_id, holder_id) REFERENCES procurement_lotholder (lot_id, organisation_id);
ALTER TABLE commitments_commitment ADD CONSTRAINT commitment_territory_of_the_lot
  FOREIGN KEY (lot_id, territory_id) REFERENCES procurement_lotterritory (lot_id, territory_id);
"""
DROP = """
ALTER TABLE commitments_commitment DROP CONSTRAINT commitment_territory_of_the_lot, DROP CONSTRAINT commitment_holder_of_the_lot;
"""


class Migration(migrations.Migration):
    """Who owes hours holds the lot, and where they are followed is a territory of the lot: the database says so too."""

    dependencies = [("commitments", "0002_initial"), ("procurement", "0002_frozen")]
    operations = [migrations.RunSQL(WALLS, DROP)]
