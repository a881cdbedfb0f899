"""A company comes in (accueil des entreprises): invited from the award, its kick-off, and the way it chose to do its hours."""
