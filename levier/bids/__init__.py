"""The social-performance criterion (critère social): its grid, the bids, blind scoring, agreement, and what the winner promised."""
