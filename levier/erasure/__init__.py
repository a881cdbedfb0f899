"""A person asks to be erased: erased, set aside while something holds the file, or told why not; and the end of every term (effacement)."""
