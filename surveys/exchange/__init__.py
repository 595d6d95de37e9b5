"""What comes in and goes out as files: studies, panellists, ratings, personal links.

One module for a kind of file. Reading is apart from keeping: a file is read whole, every mistake in it is
named by line and column, and only a file without mistakes reaches the database.
"""
