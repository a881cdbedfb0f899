"""Following the clause: what should be done by now, what is about to be lost, who must act, and until when it may wait."""
