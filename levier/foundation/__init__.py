"""What every room needs and that says nothing of the trade: errors, periods, quantities, encryption, explanations."""
