"""Communes and the perimeters of facilitators (*facilitateurs*), dated, each with its source and confidence."""
