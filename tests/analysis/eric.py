"""24 of the 73 strategies for implementation that an expert panel rated, with their published quadrants.

Waltz TJ and others. Implementation Science 2015;10:109, table 1, doi:10.1186/s13012-015-0295-0: the number of
the strategy, the means of importance and feasibility on 1 to 5 as printed, and the quadrant. They were cut at
the means of all 73 strategies, which lie between 3.23 and 3.63, and between 3.20 and 3.37.
"""

from typing import Final, NamedTuple


class Strategy(NamedTuple):
    """A row of the table."""

    number: int
    name: str
    importance: str
    feasibility: str
    quadrant: str


CUTS: Final = ("3.43", "3.30")

# I: both are high; II: only feasibility is; III: neither; IV: only importance.
CELL_OF: Final = {"I": "high-high", "II": "low-high", "III": "low-low", "IV": "high-low"}

STRATEGIES: Final = (
    Strategy(4, "Assess for readiness and identify barriers and facilitators", "4.60", "4.57", "I"),
    Strategy(5, "Audit and provide feedback", "4.40", "4.13", "I"),
    Strategy(56, "Purposefully reexamine the implementation", "4.40", "4.03", "I"),
    Strategy(26, "Develop and implement tools for quality monitoring", "4.37", "3.63", "I"),
    Strategy(27, "Develop and organize quality monitoring systems", "4.33", "3.37", "I"),
    Strategy(23, "Develop a formal implementation blueprint", "4.30", "4.47", "I"),
    Strategy(18, "Conduct local need assessment", "4.27", "4.33", "I"),
    Strategy(61, "Stage implementation scale up", "3.97", "3.77", "I"),
    Strategy(46, "Obtain and use patients/consumers and family feedback", "3.67", "3.80", "I"),
    Strategy(14, "Conduct cyclical small tests of change", "3.63", "4.03", "I"),
    Strategy(33, "Facilitation", "4.13", "3.77", "I"),
    Strategy(54, "Provide local technical assistance", "3.97", "3.20", "IV"),
    Strategy(53, "Provide clinical supervision", "3.83", "3.10", "IV"),
    Strategy(8, "Centralize technical assistance", "2.73", "3.10", "III"),
    Strategy(63, "Tailor strategies", "4.37", "4.00", "I"),
    Strategy(51, "Promote adaptability", "3.90", "3.57", "I"),
    Strategy(67, "Use data experts", "3.23", "3.13", "III"),
    Strategy(68, "Use data warehousing techniques", "2.87", "2.50", "III"),
    Strategy(35, "Identify and prepare champions", "4.20", "3.77", "I"),
    Strategy(48, "Organize clinician implementation team meetings", "3.97", "3.53", "I"),
    Strategy(57, "Recruit, designate, and train for leadership", "3.93", "3.20", "IV"),
    Strategy(38, "Inform local opinion leaders", "3.90", "4.03", "I"),
    Strategy(6, "Build a coalition", "3.77", "3.63", "I"),
    Strategy(47, "Obtain formal commitments", "3.77", "3.17", "IV"),
)
