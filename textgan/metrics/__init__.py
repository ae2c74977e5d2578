"""Scores: pure functions from samples and references to a value with its signature."""
