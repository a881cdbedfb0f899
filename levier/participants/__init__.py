"""The people in insertion: eligibility decisions with their proof, placements with employers, and their dates."""
