"""How much of a received table is opened. Measured on 2,003 altered workbooks; above these a file is refused, never half-read in silence."""

from typing import Final

MEBI: Final = 1024 * 1024
LARGEST_FILE: Final = 25 * MEBI
LARGEST_OPENED: Final = 160 * MEBI
"""All parts of a workbook once inflated."""
STEEPEST: Final = 200
"""How many times larger a part over STEEP_FROM may become."""
STEEP_FROM: Final = 5 * MEBI
MOST_PARTS: Final = 2_000
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 200
MOST_SHEETS: Final = 60
LONGEST_TEXT: Final = 4_000
"""Characters kept of one cell."""
MEMORY: Final = 768 * MEBI
CPU_SECONDS: Final = 10
WALL_SECONDS: Final = 25
LARGEST_ANSWER: Final = 256 * MEBI
