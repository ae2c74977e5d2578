"""Catalogue cards of corpora, and the grammar of the built-in one. Data only, no code."""
