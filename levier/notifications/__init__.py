"""Messages that leave the house: written with what they tell of, delivered afterwards, none lost."""
