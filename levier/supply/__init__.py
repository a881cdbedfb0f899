"""The directory of inclusive structures (annuaire des structures inclusives): who could do the work, of which kind, where, how much."""
