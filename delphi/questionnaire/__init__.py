"""The questionnaire: the cards of a round as a panellist sees them, and the form that comes back.

A page of 62 items holds 124 scales. Its cards are rendered once for a round and a panel, and filled in for
each person.
"""
