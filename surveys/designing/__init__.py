"""Designing a study: begun, changed part by part while it may be, checked, and fixed when round 1 opens."""
