"""Tests of what a study is and how it is kept."""
