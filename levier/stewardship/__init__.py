"""Keeping the reference data right from within the application (*tenue des références*): figures, contacts, perimeters, journaled."""
