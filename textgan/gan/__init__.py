"""The adversarial engine: it knows arrays, and nothing of words, images or tables."""
