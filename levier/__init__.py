"""Levier runs a French département's insertion clauses (*clauses sociales d'insertion*), from contract to certificate."""
