"""The words of a study in other languages than its first: offered, written, read, and sent away."""
