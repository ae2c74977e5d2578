"""Train word2vec on a corpus, show how good the vectors are, and write them.

textgan embeddings coco-captions --dim 64 --out captions.txt
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import tyro

from textgan.command_line import run_script
from textgan.files import check_output
from textgan.text.corpus import load_corpus
from textgan.text.vector_files import write_word2vec
from textgan.text.vector_quality import measure_quality, nearest_words
from textgan.text.vectors import Word2VecSettings, train_vectors

DEFAULTS = Word2VecSettings()


def run(arguments: Sequence[str], prog: str) -> None:
    """Train the vectors that the arguments ask for."""
    run_script(train_embeddings, __doc__, args=arguments, prog=prog)


def train_embeddings(
    corpus: tyro.conf.Positional[str],
    settings: Annotated[Word2VecSettings, tyro.conf.arg(name="")] = DEFAULTS,
    also: tuple[str, ...] = (),
    out: Path | None = None,
    neighbours_of: tuple[str, ...] = (),
) -> None:
    """Train word2vec on the training half of a corpus.

    Args:
        corpus: a card, a text file, an address or hub:NAME.
        settings: how the vectors are trained.
        also: further corpora to train on, named as the first.
        out: word2vec file to write: binary when it ends in .bin, else text.
        neighbours_of: words whose neighbours to show; default some frequent ones.
    """
    check_output(out)
    corpora = [load_corpus(name) for name in (corpus, *also)]
    for note in (note for each in corpora for note in each.notes):
        print(note)
    sentences = [words for each in corpora for words in each.train]
    print(f"{len(sentences):,} sentences, {sum(map(len, sentences)):,} words")
    vectors = train_vectors(sentences, settings, progress=show_epoch)
    print(f"{len(vectors.words):,} vectors of {settings.dim} dimensions")
    q = measure_quality(vectors)
    print(f"WordSim-353: Spearman {q.spearman:.3f} on {q.pairs} of {q.pairs_total} pairs")
    print(f"analogies: {q.analogy_accuracy:.1%} of {q.analogies:,} of {q.analogies_total:,}")
    for word in neighbours_of or vectors.words[20:200:30]:
        near = ", ".join(f"{other} {cosine:.2f}" for other, cosine in nearest_words(vectors, word))
        print(f"{word}: {near or 'no vector'}")
    if out is not None:
        write_word2vec(out, vectors.words, vectors.matrix)
        print(f"written: {out}")


def show_epoch(done: int, epochs: int) -> None:
    """A line that counts epochs."""
    print(
        f"\repoch {done}/{epochs}", end="\n" if done == epochs else "", file=sys.stderr, flush=True
    )
