"""A person gets it done, in a real browser."""
