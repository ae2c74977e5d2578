"""Sentences of a trained run: each word with its nearest words and what speaks for it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from textgan.domain import Domain
from textgan.inspection.opened import OpenedText
from textgan.inspection.saliency import integrated_gradients
from textgan.inspection.saliency_pages import usual_judgement, whole_judgement
from textgan.inspection.saliency_text import coloured, empty_sentence
from textgan.play.trained import WantedNoise

NEAREST = 6  # words that are shown of each point


class SentenceShow:
    """Shows a text run; see `Show`."""

    def __init__(self, opened: OpenedText, domain: Domain) -> None:
        self._opened, self._lexicon = opened, opened.lexicon
        self._usual = usual_judgement(opened)

    def about(self) -> dict[str, Any]:
        """Return the mean judgement of real sentences."""
        return {"labels": [], "usual": self._usual}

    def label(self, given: str) -> int | None:
        """Return None: sentences have no condition."""
        del given
        return None

    def make(self, asked: WantedNoise) -> dict[str, Any]:
        """Return the words of the sentence with their nearest, and the sentences on the way."""
        points = np.asarray(self._opened.generator(np.concatenate([asked.noise, asked.way])))
        rows = self._lexicon.ranked(points[0], NEAREST)
        repeated = np.repeat(points[0][:, None], NEAREST, axis=1)
        distances = 1 - self._lexicon.nearness(repeated, rows)
        length = self._length(rows[:, 0])
        words = [
            [[self._name(row), round(float(far), 3)] for row, far in zip(*place, strict=True)]
            for place in zip(rows[:length], distances[:length], strict=True)
        ]
        read = self._lexicon.decode(points[1:])
        return {"words": words, "way": [" ".join(sentence) for sentence in read]}

    def judge(self, asked: WantedNoise, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return what each word adds to the judgement of the sentence, -1 to 1, and as a number.

        By integrated gradients from a sentence without words, in a half real batch.
        """
        opened = self._opened
        points = opened.subject.shown(np.asarray(opened.generator(asked.noise)))
        judgement = whole_judgement(opened, opened.condition)
        weights = integrated_gradients(judgement, points, empty_sentence(opened)).sum(axis=-1)
        rows = self._lexicon.nearest(points)
        names = [[self._lexicon.name(row) for row in rows[0]]]
        ((_, words),) = coloured(names, [""], weights)
        parts = [[word.weight, word.note] for word in words[: self._length(rows[0])]]
        return {"parts": parts, "judged": float(np.asarray(judgement(points))[0])}

    def _length(self, rows: Sequence[int] | np.ndarray) -> int:
        """Return how many places a sentence takes, the end with it."""
        ended = [int(row) == len(self._lexicon.words) for row in rows]
        return ended.index(True) + 1 if True in ended else len(ended)

    def _name(self, row: int) -> str:
        return "(end)" if row == len(self._lexicon.words) else self._lexicon.name(row)
