"""Signing up: a public link for each panel, what is asked there, and the entries that wait for the team.

An entry is no panellist: it has no code and answers nothing till somebody of the team approves it. Names and
addresses stand here and in `people`, and nothing here knows what anybody answered in a round.
"""
