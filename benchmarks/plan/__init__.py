"""The purchase plan: five thousand lines, from the file to their verdicts on the page."""
