"""The journal of what was done, by whom and when: one line an action, appended and never changed."""
