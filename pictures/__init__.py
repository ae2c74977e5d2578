"""Catalogue cards of images. Data only, no code."""
