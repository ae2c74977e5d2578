"""The samples of a run beside its corpus: measured where that is at hand, and the same."""

import json
from pathlib import Path

import pytest

from tests.report.folders import read_run, write_run
from textgan.errors import UserError
from textgan.gan.run_folder import RunFolder
from textgan.text.corpus import load_corpus
from textgan.text.neighbours import write_neighbours

LINES = ["a cat sits on a mat", "two dogs run", "a bird sings", "a cup stands", "a dog sits"]


def make(tmp_path: Path) -> Path:
    place = tmp_path / "mine.txt"
    place.write_text("".join(f"{line} {word}\n" for line in LINES for word in "abcdefghij"))
    corpus = load_corpus(str(place))
    data = {"checksum": corpus.checksum}
    folder = write_run(tmp_path / "run", settings={"corpus": str(place), "data": data})
    copied = " ".join(corpus.train[3])
    (folder / "samples" / "0000200.txt").write_text(f"{copied}\nnothing of it\n")
    return folder


@pytest.mark.parametrize("with_real", [False, True])
def test_copies_are_found_in_the_run_folder(tmp_path: Path, with_real: bool) -> None:
    folder = make(tmp_path)
    write_neighbours(folder, with_real)
    found = read_run(folder).neighbours
    assert found is not None and found.step == 200
    assert [one.copied for one in found.neighbours] == found.copied[200] == [True, False]
    assert found.scores.samples["copied"].value == 0.5 and found.scores.real["copied"].value == 0
    kept = json.loads((folder / RunFolder.NEAREST).read_text())["neighbours"]
    assert ["training" in row for row in kept] == [with_real, False]


def test_a_corpus_that_is_not_the_one_that_was_learned(tmp_path: Path) -> None:
    folder = make(tmp_path)
    with (tmp_path / "mine.txt").open("a") as file:
        file.write("one more line\n" * 3)
    with pytest.raises(UserError, match="it has changed"):
        write_neighbours(folder)
    (tmp_path / "mine.txt").unlink()
    with pytest.raises(UserError):
        write_neighbours(folder)
    assert read_run(folder).neighbours is None


def test_a_run_without_samples_is_left_alone(tmp_path: Path) -> None:
    folder = make(tmp_path)
    for file in (folder / "samples").iterdir():
        file.unlink()
    write_neighbours(folder)
    assert not (folder / RunFolder.NEAREST).exists()
