"""Catalogue cards of word vectors. Data only, no code."""
