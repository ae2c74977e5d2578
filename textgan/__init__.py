"""A laboratory for generative adversarial networks whose main subject is text."""

__version__ = "0.1.0"
