"""What a Delphi study is, and how it is kept: studies, panels, rounds, responses, results and grids.

Knows SQLAlchemy and no HTTP: operations take a session, and the time as an argument, and neither commit nor
read the clock. Statistics are done in `analysis`.
"""
