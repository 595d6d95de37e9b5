"""Tests of the themes in what was written."""
