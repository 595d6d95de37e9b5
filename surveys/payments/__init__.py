"""Payment for taking part, kept apart from answers and never tied to finishing.

Nothing here knows what anybody answered, nor how far anybody is, and no page of answers knows of payment: an
import contract says so. What is offered is offered to a panel or to everyone, whether or not they finish.
"""
