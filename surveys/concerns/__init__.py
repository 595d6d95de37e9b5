"""Concerns: what somebody wrote that worries the team, passed to the study's safeguarding lead."""
