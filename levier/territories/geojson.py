"""The communes as GeoJSON, for the map that can be zoomed. It follows the perimeters given to it."""

from collections.abc import Iterable
from typing import Any

from levier.territories.outlines import Outlines, sheet, turning
from levier.territories.values import Belonging, TerritoryFacts


def features(belongings: Iterable[Belonging], territories: Iterable[TerritoryFacts]) -> dict[str, Any]:
    """GeoJSON (WGS84): one feature for each commune, Marseille by its districts, with what is known of its territory."""
    names = {territory.number: territory for territory in territories}
    detail = sheet().detail
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": one.commune.code,
                "properties": {
                    "code": one.commune.code,
                    "name": one.commune.name,
                    "territory": one.territory,
                    "territory_name": names[one.territory].name if one.territory in names else None,
                    "colour": names[one.territory].colour if one.territory in names else None,
                    "confidence": one.confidence.value if one.confidence else None,
                    "to_confirm": one.to_confirm or one.territory is None,
                },
                "geometry": _geometry(detail, one.commune.code),
            }
            for one in belongings
            if one.commune.code in detail.faces
        ],
    }


def _geometry(detail: Outlines, code: str) -> dict[str, Any]:
    """Outer rings turn as GeoJSON wants them, holes the other way; a hole follows its outer ring. Each is closed."""
    polygons: list[list[list[list[float]]]] = []
    for ring in detail.rings(code):
        points = [[x / detail.precision, y / detail.precision] for x, y in (*ring, ring[0])]
        if turning(ring) > 0 or not polygons:
            polygons.append([points])
        else:
            polygons[-1].append(points)
    return {"type": "MultiPolygon", "coordinates": polygons}
