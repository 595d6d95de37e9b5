"""Sentences that panellists read, marked where they are written, so that a catalogue can have them too."""


def marked(sentence: str) -> str:
    """The sentence as it is; what gathers sentences for translators looks for this name.

    >>> marked("This round is open.")
    'This round is open.'
    """
    return sentence
