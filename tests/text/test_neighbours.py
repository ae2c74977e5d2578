"""The samples of a run beside its corpus: measured, and kept in the run folder."""

import json
from pathlib import Path

import pytest

from tests.report.folders import read_run, write_run
from textgan.gan.run_folder import RunFolder
from textgan.text.corpus import Corpus, load_corpus
from textgan.text.neighbours import write_neighbours

LINES = ["a cat sits on a mat", "two dogs run", "a bird sings", "a cup stands", "a dog sits"]


def make(tmp_path: Path) -> tuple[Path, Corpus]:
    place = tmp_path / "mine.txt"
    place.write_text("".join(f"{line} {word}\n" for line in LINES for word in "abcdefghij"))
    corpus = load_corpus(str(place))
    folder = write_run(tmp_path / "run", settings={"corpus": str(place)})
    copied = " ".join(corpus.train[3])
    (folder / "samples" / "0000200.txt").write_text(f"{copied}\nnothing of it\n")
    return folder, corpus


@pytest.mark.parametrize("with_real", [False, True])
def test_copies_are_found_in_the_run_folder(tmp_path: Path, with_real: bool) -> None:
    folder, corpus = make(tmp_path)
    write_neighbours(folder, corpus, with_real)
    found = read_run(folder).neighbours
    assert found is not None and found.step == 200
    assert [one.copied for one in found.neighbours] == found.copied[200] == [True, False]
    assert found.scores.samples["copied"].value == 0.5 and found.scores.real["copied"].value == 0
    kept = json.loads((folder / RunFolder.NEAREST).read_text())["neighbours"]
    assert ["training" in row for row in kept] == [with_real, False]


def test_a_run_without_samples_is_left_alone(tmp_path: Path) -> None:
    folder, corpus = make(tmp_path)
    for file in (folder / "samples").iterdir():
        file.unlink()
    write_neighbours(folder, corpus)
    assert not (folder / RunFolder.NEAREST).exists()
