"""The page: whole, self-contained, safe, and the same for the same folders."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from tests.report.folders import (
    evaluation,
    plane_scores,
    read_run,
    score,
    signature,
    write_neighbours,
    write_run,
)
from textgan.errors import UserError
from textgan.grids import write_png
from textgan.report.noise import COPY
from textgan.report.page import duration, render_report, write_report

VOID = {"meta", "br", "link", "img", "input", "hr"}
TRAINING = [("a", "cat", "sits"), ("two", "dogs")]
TEST = [("a", "bird"), ("a", "cup", "sits")]


class Outline(HTMLParser):
    """Checks that tags are balanced; collects ids, links and what would be fetched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.pictures = 0
        self.text = ""
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a":
            self.links.append(str(given["href"]))
        elif tag in ("script", "link", "iframe") or {"src", "href"} & given.keys():
            if tag == "img" and str(given["src"]).startswith("data:image/png;base64,"):
                self.pictures += 1
            else:
                self.fetched.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag such as <circle/> opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text += data


def full_run(path: Path) -> Path:
    return write_run(
        path,
        evaluation=evaluation(),
        truncation=[{"truncation": 0.5, "scores": plane_scores()}],
        mle_frontier={"0.9": plane_scores(), "1.1": plane_scores()},
    )


def test_a_full_page_is_whole_and_fetches_nothing(tmp_path: Path) -> None:
    folder = write_neighbours(full_run(tmp_path / "run"), TRAINING, TEST)
    page = render_report([read_run(folder)])
    outline = Outline(page)
    assert outline.fetched == []
    assert not re.search(r"url\(|@import", page)
    assert sorted(set(outline.ids)) == sorted(outline.ids)
    assert set(outline.links) == {f"#{name}" for name in outline.ids}
    for said in ("0.450", "0.520", "LeakGAN", "language model, temperature 1.1", "noise times 0.5"):
        assert said in outline.text
    assert "something new" in outline.text  # a series that no panel knows
    assert "step 200, the best" in outline.text


def test_the_same_folder_gives_the_same_page(tmp_path: Path) -> None:
    folder = write_neighbours(full_run(tmp_path / "run"), TRAINING, TEST)
    pages = [render_report([read_run(folder)]) for _ in range(2)]
    assert pages[0] == pages[1]


def test_sentences_cannot_become_markup(tmp_path: Path) -> None:
    page = render_report([read_run(write_run(tmp_path / "<b>bold"))])
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert "<b>bold" not in page
    Outline(page)


def test_a_page_without_evaluation_and_corpus_says_so(tmp_path: Path) -> None:
    text = Outline(render_report([read_run(write_run(tmp_path / "run"))])).text
    assert "No final scores yet" in text
    assert f"textgan evaluate {tmp_path / 'run'}" in text
    assert "nobody has looked yet" in text


def test_without_evaluation_memorisation_is_measured_on_the_samples(tmp_path: Path) -> None:
    run = read_run(write_neighbours(write_run(tmp_path / "run"), TRAINING, TEST))
    text = " ".join(Outline(render_report([run])).text.split())
    assert "here are the 2 samples of the model that is kept, of step 200" in text
    # "a cat sits" is copied; of the two test sentences neither is.
    row = text[text.index("copied whole") :].split()
    assert row[2].startswith("0.500") and row[5].startswith("0.000")


@pytest.mark.parametrize(
    ("kind", "evaluated", "real", "sections"),
    [
        ("text", True, "real text", ["plane", "curves", "noise", "nearest", "copying"]),
        ("text", False, "", ["curves", "noise", "nearest"]),
        ("image", True, "real images", ["curves", "copying"]),
        ("table", True, "real rows", ["curves", "copying"]),
        ("image", False, "", ["curves"]),
        ("language model", False, "", ["curves"]),
    ],
)
def test_sections_that_make_no_sense_for_a_kind_are_left_out(
    tmp_path: Path, kind: str, evaluated: bool, real: str, sections: list[str]
) -> None:
    scores = evaluation()
    if kind != "text":
        scores = {name: scores[name] for name in ("frechet", "copied")}
    files = {"evaluation": scores} if evaluated else {}
    folder = write_run(tmp_path / "run", settings={"kind": kind}, **files)
    if kind != "text":
        for file in (folder / "samples").iterdir():
            file.unlink()
    outline = Outline(render_report([read_run(folder)]))
    assert outline.ids == ["run", "scores", *sections, "again"]
    assert "game.gamma" in outline.text and "Logits" in outline.text
    said = {name for name in ("real text", "real images", "real rows") if name in outline.text}
    assert said == ({real} if real else set())


def image_run(path: Path, **settings: object) -> Path:
    sign = "hyps:360|classifier:cnn-1|accuracy:0.9917"
    scores = {"classifier_score": score(8.9, sign, 10) | {"real": score(9.8, sign, 10)}}
    write_run(path, settings={"kind": "image"} | settings, evaluation=scores)
    for file in (path / "samples").iterdir():
        pixels = np.full((100, 8, 8, 1), int(file.stem) // 2, dtype=np.uint8)
        write_png(file.with_suffix(".png"), pixels, 10)
        file.unlink()
    return path


def test_an_image_run_shows_what_the_noise_becomes(tmp_path: Path) -> None:
    first = read_run(image_run(tmp_path / "<b>run"))
    page = render_report([first])
    outline = Outline(page)
    assert outline.ids == ["run", "scores", "images", "curves", "again"]
    assert outline.pictures == 3 + 1 and outline.fetched == []
    assert "right on 99.2% of the real test images" in outline.text
    assert "<b>run" not in page
    second = read_run(image_run(tmp_path / "second", conditional=True))
    pair = Outline(render_report([first, second]))
    assert pair.pictures == 2 * 3  # side by side there is no room for whole grids


def test_runs_of_two_kinds_each_have_their_own_real_samples(tmp_path: Path) -> None:
    first = read_run(full_run(tmp_path / "words"))
    scores = {"frechet": evaluation()["frechet"]}
    folder = write_run(tmp_path / "pixels", settings={"kind": "image"}, evaluation=scores)
    text = Outline(render_report([first, read_run(folder)])).text
    assert "real text for words" in text and "real images for pixels" in text
    assert "● words" in text and "● pixels" not in text  # the plane is of sentences


def test_a_language_model_with_its_own_settings_and_rows(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", settings={"kind": "language model", "steps": 10})
    config = json.loads((folder / "config.json").read_text())
    del config["settings"]["loop"], config["settings"]["game"]
    config["notes"]["left_out"] = 3
    (folder / "config.json").write_text(json.dumps(config))
    rows = [{"step": step, "training": 3.1, "validation": 3.2} for step in (5, 10)]
    (folder / "telemetry.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert "Surprise per word" in Outline(render_report([read_run(folder)])).text


def test_real_text_marks_the_live_scores_where_the_run_has_noted_it(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run")
    assert "BLEU-3, real" not in render_report([read_run(folder)])
    config = json.loads((folder / "config.json").read_text())
    config["notes"]["live_real"] = {"bleu_3": 0.52, "self_bleu_3": 0.6}
    (folder / "config.json").write_text(json.dumps(config))
    page = render_report([read_run(folder)])
    assert "BLEU-3, real" in page
    assert "self-BLEU-3, real" not in page  # this run logged none to compare


def test_several_runs_stand_side_by_side(tmp_path: Path) -> None:
    first = full_run(tmp_path / "first")
    second = write_run(tmp_path / "second", settings={"max_words": 20}, evaluation=evaluation())
    page = render_report([read_run(first), read_run(second)])
    text = Outline(page).text
    assert "first: gap" in text and "second: gap" in text
    assert "The settings in which the runs differ" in text
    assert page.count("<th>real text</th>") == 1 + 1  # both tables: one column for both runs


def test_many_runs_stand_in_groups(tmp_path: Path) -> None:
    runs = []
    for objective in ("hinge", "<i>own"):
        for seed in (1, 2, 3):
            settings = {"seed": seed, "game": {"objective": objective, "gamma": 0.5}}
            path = tmp_path / f"{objective[-3:]}-{seed}"
            runs.append(read_run(write_run(path, settings=settings, evaluation=evaluation())))
    page = render_report(runs)
    outline = Outline(page)
    assert outline.ids[:3] == ["run", "seeds", "scores"]
    assert "6 runs on coco-captions" in outline.text
    assert "nge-1, nge-2, nge-3" in outline.text
    assert "<i>own" not in page and "&lt;i&gt;own" in page
    assert page.count("Noise vector 1") == 2  # of the first run of each group
    assert page.count('class="line c0 d0"') > page.count('class="line c2 d0"')  # two colours


def test_runs_with_different_real_text_have_a_column_each(tmp_path: Path) -> None:
    first = full_run(tmp_path / "first")
    other = evaluation(signature(2_000))
    other["bleu.2"]["real"]["value"] = 0.7
    second = write_run(tmp_path / "second", settings={"max_words": 20}, evaluation=other)
    text = Outline(render_report([read_run(first), read_run(second)])).text
    assert "real text for first" in text and "real text for second" in text


def test_a_page_that_cannot_be_written(tmp_path: Path) -> None:
    run = read_run(write_run(tmp_path / "run"))
    with pytest.raises(UserError, match=r"cannot write .*page\.html: No such file"):
        write_report([run], tmp_path / "nowhere" / "page.html")
    with pytest.raises(UserError, match="it is not a file"):
        write_report([run], tmp_path)
    assert sorted(path.name for path in tmp_path.parent.glob("*.partial")) == []
    write_report([run], tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (48.4, "48 s"), (90, "2 min"), (3600, "1 h 00 min"), (7500, "2 h 05 min")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_no_real_sentence_unless_asked(tmp_path: Path) -> None:
    training = [("a", "cat", "sits", "secretly"), ("a", "concealed", "dog", "sits")]
    pages = {}
    for kept in (False, True):
        folder = write_run(tmp_path / f"{kept}")
        write_neighbours(folder, training, [("a", "private", "cup")], with_real=kept)
        for asked in (False, True):
            pages[kept, asked] = render_report([read_run(folder)], with_real=asked)
    for word in ("secretly", "concealed", "private"):
        assert [word in pages[key] for key in pages] == [False, False, False, word == "secretly"]
    text = " ".join(Outline(pages[True, False]).text.split())
    assert "likeness 0.80" in text and "textgan report --with-real" in text
    assert "--with-real" not in pages[True, True] and "real, 0.80" in pages[True, True]


def test_a_sample_that_is_a_training_sentence_is_left_out(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run")
    snapshots = read_run(folder).snapshots
    story, sample = snapshots[min(snapshots)][0], snapshots[200][1]
    page = render_report([read_run(folder)])
    assert "nobody has looked yet whether a sample is one" in " ".join(page.split())
    training = [tuple(story.split()), tuple(sample.split())]
    write_neighbours(folder, training, [("a", "private", "cup")], with_real=True)
    run = read_run(folder)
    text = " ".join(Outline(render_report([run])).text.split())
    assert story not in text and sample not in text
    assert COPY in text and "likeness 1.00" in text
    shown = " ".join(Outline(render_report([run], with_real=True)).text.split())
    assert story in shown and sample in shown and COPY not in shown


def test_what_was_measured_of_other_samples_is_not_shown(tmp_path: Path) -> None:
    folder = write_neighbours(write_run(tmp_path / "run"), TRAINING, TEST)
    assert read_run(folder).neighbours is not None
    (folder / "samples" / "0000200.txt").write_text("a cat sits\na cup\n")
    assert read_run(folder).neighbours is None


def test_a_single_run_is_shown_as_it_was_measured(tmp_path: Path) -> None:
    facts = Outline(render_report([read_run(full_run(tmp_path / "run"))])).text
    for headline in ("BLEU-2", "self-BLEU-5", "Fréchet distance"):
        assert headline in facts[: facts.index("What was run")]
