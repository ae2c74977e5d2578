"""Score any file of sentences against real ones: BLEU, self-BLEU, variety, copying.

    python scripts/evaluate_text.py SAMPLES --references TEST --training TRAIN

Every score stands beside that of real text. With `--json` the scores are also written by name
(`bleu.2`, `self_bleu.5`, ...), each with its value, interval and signature.
"""

from pathlib import Path
from typing import Annotated

import tyro

from textgan.errors import one_line_errors
from textgan.metrics.evaluation import evaluate_text, render
from textgan.metrics.files import read_lines, write_json
from textgan.metrics.protocols import ProtocolName
from textgan.text.tokenization import Scheme, tokenize


def main(
    samples: Annotated[Path, tyro.conf.Positional],
    references: Path,
    training: Path | None = None,
    protocol: ProtocolName = "texygen",
    tokenizer: Scheme = "nltk",
    lowercase: bool = False,
    json: Path | None = None,
) -> None:
    """Score a file of sentences.

    Args:
        samples: generated text, one sentence a line; an empty line is an empty sentence.
        references: real text that the model has not seen.
        training: real text that it learned from, for the real-text row and for copying.
        protocol: whose way of measuring BLEU and self-BLEU.
        tokenizer: nltk's, or the blanks of a text that is tokenised already.
        lowercase: lower-case all files first.
        json: also write the scores to this file.
    """

    def read(path: Path) -> list[tuple[str, ...]]:
        return [tokenize(line, tokenizer, lowercase) for line in read_lines(path)]

    evaluation = evaluate_text(
        read(samples),
        read(references),
        read(training) if training else None,
        protocol,
        {"tok": tokenizer, "case": "lower" if lowercase else "mixed"},
    )
    print(render(evaluation))
    if json:
        write_json(evaluation.as_json(), json)


if __name__ == "__main__":
    with one_line_errors():
        tyro.cli(main)
