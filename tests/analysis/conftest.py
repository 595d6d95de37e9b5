"""Scales and tallies are drawn wherever a test asks for one."""

from hypothesis import strategies as st

from analysis.scales import Scale
from analysis.tallies import Tally
from tests.analysis.examples import SCALES, tallies

st.register_type_strategy(Scale, st.sampled_from(SCALES))
st.register_type_strategy(Tally, tallies())
