"""What the clause did, counted: figures by territory and month, what is late, what the clause weighs in employment."""
