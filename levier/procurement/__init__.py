"""Public contracts: consultations, lots, awards, holders, amendments, and whether a clause must or should be in them."""
