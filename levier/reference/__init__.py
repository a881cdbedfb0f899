"""Law and figures as data: every threshold, rate, duration and share is dated, sourced, and marked with its confidence."""
