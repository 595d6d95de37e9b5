"""Letters to panellists: their texts, to whom each goes, the sending, the record of it, and the schedule.

Nothing here knows what anybody answered: a letter may say how far somebody is, and no more.
"""
