"""textgan embeddings: vectors of a corpus, shown and written."""

from pathlib import Path

from tests.commands.conftest import Command
from textgan.text.vector_files import read_word2vec


def test_vectors_are_trained_and_written(textgan: Command, corpus: Path) -> None:
    out = corpus.parent / "vectors.txt"
    ending = textgan("embeddings", corpus, "--dim", 8, "--epochs", 1, "--out", out)
    assert ending.status == 0
    assert "epoch 1/1" in ending.stderr
    assert f"written: {out}" in ending.stdout
    words, matrix = read_word2vec(out, {"a", "the", "nothing"})
    assert set(words) == {"a", "the"} and matrix.shape == (2, 8)


def test_what_it_refuses(textgan: Command, corpus: Path) -> None:
    ending = textgan("embeddings", corpus, "--dim", 0)
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert "must be at least 1" in ending.stderr
