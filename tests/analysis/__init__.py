"""Tests of the statistics: published values, arithmetic by hand, properties, and nothing at all."""
