"""Whether a person's file is erased, set aside, or kept. RGPD articles 17 (3) and 18; reliability.md sections 2.2 and 5.4."""

from levier.erasure.values import DISPUTES, Answer, ErasureFacts, Obstacle, Outcome


def answer(facts: ErasureFacts) -> Answer:
    """A dispute sets the file aside as long as it lasts; work in progress keeps it; declared hours set it aside until its term."""
    obstacles = obstacles_to_erasure(facts)
    if DISPUTES & set(obstacles):
        return Answer(Outcome.LIMITED, obstacles, None)
    if Obstacle.AT_WORK in obstacles:
        return Answer(Outcome.KEPT, obstacles, max(facts.kept_until, facts.today))
    if obstacles:
        return Answer(Outcome.LIMITED, obstacles, facts.kept_until)
    return Answer(Outcome.ERASED, (), None)


def obstacles_to_erasure(facts: ErasureFacts) -> tuple[Obstacle, ...]:
    """Every reason, the gravest first; hours hold a file only until its term."""
    found = {
        Obstacle.CONTEST_OPEN: facts.open_contests > 0,
        Obstacle.CASE_OPEN: facts.open_cases > 0,
        Obstacle.AT_WORK: facts.at_work,
        Obstacle.HOURS_DECLARED: facts.hours_declared and facts.today <= facts.kept_until,
    }
    return tuple(obstacle for obstacle, stands in found.items() if stands)
