"""Any text that can be kept."""

from hypothesis import strategies as st

CHARACTERS = st.characters(
    exclude_categories=["Cc", "Cs"], include_characters="\t\n\r", exclude_characters="\ufffe\uffff"
)
