"""Corpora: tokenisation against nltk's tokenisers, splits, and files that are no corpus."""

import hashlib
import os
import zipfile
from functools import cache
from pathlib import Path

import nltk
import pytest
from nltk.corpus.reader import CategorizedTaggedCorpusReader

from textgan.catalogue import data_folder
from textgan.errors import UserError
from textgan.text.corpus import Corpus, as_learned, load_corpus, split_by_hash
from textgan.text.tokenization import tokenize


@pytest.fixture(autouse=True)
def cache_in_tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTGAN_CACHE", str(tmp_path / "cache"))


def text_file(folder: Path, content: bytes) -> str:
    path = folder / "corpus.txt"
    path.write_bytes(content)
    return str(path)


@cache
def captions() -> Corpus:
    return load_corpus("coco-captions")


def data_or_skip(name: str) -> None:
    folder = data_folder()
    if folder is None or not (folder / name).is_file():
        pytest.skip(f"no {name} under TEXTGAN_DATA")


def test_published_bleu_of_real_captions_is_reproduced() -> None:
    """Texygen documents .740 .520 .337 .218 for training against test captions, all of them."""
    data_or_skip("coco_captions/train.txt")
    from textgan.metrics.bleu import bleu

    corpus = captions()
    training = [*corpus.train, *corpus.validation]
    scores = bleu(training, corpus.test).sentence.mean(axis=0)
    assert scores == pytest.approx([0.740, 0.520, 0.337, 0.218], abs=1e-3)


# Cards


def sizes(corpus: Corpus) -> tuple[int, int, int]:
    return len(corpus.train), len(corpus.validation), len(corpus.test)


def test_scenes_needs_no_data_and_is_the_same_every_time() -> None:
    corpus = load_corpus("scenes")
    assert sizes(corpus) == (20_000, 1_000, 10_000)
    assert corpus.train[:1000] != corpus.validation
    assert load_corpus("scenes").checksum == corpus.checksum


def test_lee_news_comes_with_gensim_in_sentences() -> None:
    corpus = load_corpus("lee-news")
    assert sum(sizes(corpus)) > 2 * 300  # stories of several sentences
    assert ("hundreds", "of", "people") in {words[:3] for words in corpus.train}
    assert corpus.tokenization == "nltk-lower"


@pytest.mark.parametrize(
    ("name", "file", "expected"),
    [
        ("emnlp-news", "news/sentences.txt", (8_500, 500, 1_000)),
        ("multi30k", "captions_background/multi30k.txt", (134_000, 1_000, 10_000)),
    ],
)
def test_real_corpora_have_the_sizes_of_their_cards(
    name: str, file: str, expected: tuple[int, int, int]
) -> None:
    data_or_skip(file)
    assert sizes(load_corpus(name)) == expected


def test_captions_keep_the_published_test_set_whole() -> None:
    data_or_skip("coco_captions/train.txt")
    assert sizes(captions()) == (9_500, 500, 10_000)


def test_brown_is_read_inside_its_zip_file_as_nltk_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEXTGAN_DATA", str(tmp_path))
    monkeypatch.setattr(nltk.data, "path", [str(tmp_path / "nltk_data")])
    folder = tmp_path / "nltk_data" / "corpora"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "brown.zip", "w") as archive:
        archive.writestr("brown/", "")
        archive.writestr("brown/README", "not a document")
        for number, document in enumerate(("ca01", "cj80", "cr09")):
            sentences = (f"\tIt/pps cost/vbd $/$ {number}{n}/cd ./." for n in range(2100))
            archive.writestr(f"brown/{document}", "\n\n\n" + "\n\n\n".join(sentences))
    corpus = load_corpus("brown")
    reader = CategorizedTaggedCorpusReader(
        nltk.data.find("corpora/brown.zip/brown/"), r"c[a-z]\d\d", cat_pattern=r"c([a-z])"
    )
    theirs = [tuple(word.lower() for word in words) for words in reader.sents()]
    assert len(theirs) == 6300
    assert sorted(corpus.train + corpus.validation + corpus.test) == sorted(theirs)


# Files of one's own


def test_a_file_of_ones_own_is_loaded_and_split(tmp_path: Path) -> None:
    lines = [f"Sentence number {number} ends here." for number in range(200)]
    path = text_file(tmp_path, "\n\n".join(lines).encode())
    corpus = load_corpus(path)
    assert sizes(corpus) == (170, 10, 20)
    assert corpus.max_words == 6
    every = corpus.train + corpus.validation + corpus.test
    assert sorted(every) == sorted(tokenize(line, "nltk") for line in lines)


def test_the_checksum_follows_the_content(tmp_path: Path) -> None:
    lines = [f"sentence {number} ." for number in range(50)]
    first = load_corpus(text_file(tmp_path, "\n".join(lines).encode())).checksum
    lines[7] = "sentence seven ."
    os.utime(text_file(tmp_path, "\n".join(lines).encode()), (1, 1))
    assert load_corpus(str(tmp_path / "corpus.txt")).checksum != first


LINES = [f"sentence number {number} ends here" for number in range(40)]


@pytest.mark.parametrize(
    ("start", "end"), [("", "\r\n"), ("", "\r"), ("\ufeff", "\n"), ("\ufeff", "\r\n"), ("", "\n\n")]
)
def test_line_ends_and_marks_of_every_system_are_read(tmp_path: Path, start: str, end: str) -> None:
    plain = load_corpus(text_file(tmp_path, "\n".join(LINES).encode()))
    assert load_corpus(text_file(tmp_path, (start + end.join(LINES)).encode())).checksum == (
        plain.checksum
    )


@pytest.mark.parametrize(
    "name", ["a[1].txt", "a?.txt", "*.txt", "a::b.txt", "{a,b}.txt", "scenes", "~", "a b#?=%41"]
)
def test_any_name_names_that_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for other in ("a1.txt", "ab.txt", "b.txt"):
        (tmp_path / other).write_text("\n".join(f"other {n}" for n in range(40)))
    expected = load_corpus(text_file(tmp_path, "\n".join(LINES).encode())).checksum
    (tmp_path / "corpus.txt").rename(tmp_path / name)
    for path in (str(tmp_path / name), f"./{name}"):
        corpus = load_corpus(path)
        assert (corpus.checksum, corpus.name, corpus.card) == (expected, name, "")


@pytest.mark.parametrize("kind", ["file", "hub folder"])
def test_content_decides_not_the_time_stamp(tmp_path: Path, kind: str) -> None:
    read = []
    for word in ("first", "other"):
        rows = [f"{word} sentence {n}" for n in range(40)]
        if kind == "file":
            place, name = tmp_path / "corpus.txt", str(tmp_path / "corpus.txt")
            place.write_text("\n".join(rows))
        else:
            place, name = tmp_path / "hub" / "train.jsonl", f"hub:{tmp_path / 'hub'}"
            place.parent.mkdir(exist_ok=True)
            place.write_text("".join(f'{{"text": "{row}"}}\n' for row in rows))
        os.utime(place, (1, 1))
        read.append({words[0] for words in load_corpus(name).train})
    assert read == [{"first"}, {"other"}]


def test_a_hub_folder_whose_name_is_a_pattern_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a[1]").mkdir()
    with pytest.raises(UserError, match="pattern; rename"):
        load_corpus(f"hub:{tmp_path / 'a[1]'}")


def test_most_text_is_trained_on_whatever_is_frequent(tmp_path: Path) -> None:
    lines = [f"message number {n} is short" for n in range(100)] + ["ok"] * 900
    train, validation, test = sizes(load_corpus(text_file(tmp_path, "\n".join(lines).encode())))
    assert train == 950 and validation == 17 and test == 33  # half of the hundred are held out
    lines = [f"message number {n} is short" for n in range(800)] + ["ok"] * 200
    found = sizes(load_corpus(text_file(tmp_path, "\n".join(lines).encode())))
    assert found == (850, 50, 100)


@pytest.mark.parametrize("copies", [(190, 9), (50, 50, 50), (500, 499, 1), (1, 1, 1), (7, 7, 7, 7)])
def test_three_different_sentences_make_a_corpus(tmp_path: Path, copies: tuple[int, ...]) -> None:
    if copies == (190, 9):
        copies = (190, *[1] * 9)
    lines = [f"sentence {n}" for n, count in enumerate(copies) for _ in range(count)]
    corpus = load_corpus(text_file(tmp_path, "\n".join(lines).encode()))
    assert min(sizes(corpus)) > 0 and len(corpus.train) == max(sizes(corpus))


TOKENISED = ["`` Yes , '' he said .", "He did n't say : `` no '' ."] + [
    f"`` {n} '' , she said ." for n in range(60)
]


def test_what_is_tokenised_is_not_tokenised_again(tmp_path: Path) -> None:
    path = text_file(tmp_path, "\n".join(TOKENISED).encode())
    corpus = load_corpus(path)
    every = corpus.train + corpus.validation + corpus.test
    assert sorted(every) == sorted(tuple(line.split()) for line in TOKENISED)
    assert corpus.tokenization == "whitespace-cased"


def test_a_run_of_earlier_versions_finds_its_text_as_it_was_read(tmp_path: Path) -> None:
    path = text_file(tmp_path, "\n".join(TOKENISED).encode())
    twice = [tokenize(line, "nltk") for line in TOKENISED]
    digest = hashlib.sha256()
    for part in split_by_hash(twice, 3, 6):
        digest.update("".join(" ".join(words) + "\n" for words in part).encode() + b"\0")
    corpus = load_corpus(path)
    earlier = as_learned(corpus, digest.hexdigest())
    assert earlier.checksum == digest.hexdigest() != corpus.checksum
    assert earlier.tokenization == "nltk-cased"
    assert as_learned(corpus, "another") is as_learned(corpus, "") is corpus


def test_notes_on_a_text(tmp_path: Path) -> None:
    assert not load_corpus(text_file(tmp_path, "\n".join(LINES).encode())).notes
    chinese = "\n".join(f"我喜欢在公园里散步{n}\n" for n in range(10))
    unparted, empty = load_corpus(text_file(tmp_path, chinese.encode())).notes
    assert "none between its words" in unparted and "jieba" in unparted
    assert empty == "corpus.txt: 9 empty lines are left out"


def test_a_hub_name_is_loaded_by_datasets(tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    folder.mkdir()
    rows = "".join(f'{{"caption": "the {n} th caption"}}\n' for n in range(40))
    (folder / "train.jsonl").write_text(rows)
    corpus = load_corpus(f"hub:{folder}:caption")
    assert sum(sizes(corpus)) == 40
    with pytest.raises(UserError, match="no column 'text'; columns: caption"):
        load_corpus(f"hub:{folder}")
    for nothing in ("hub:", "hub::caption"):
        with pytest.raises(UserError, match=f"{nothing} names no data set"):
            load_corpus(nothing)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\n  \n", "empty"),
        (b"one sentence\n", "too few"),
        (b"fine\nfine too\ncaf\xe9\n", "line 3: not UTF-8 .byte 4"),
        (b"fine\n\x00\x01\x02\n", "line 2: binary"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "line 1"),
    ],
)
def test_what_is_no_corpus_is_refused_in_one_line(
    tmp_path: Path, content: bytes, message: str
) -> None:
    with pytest.raises(UserError, match=message) as caught:
        load_corpus(text_file(tmp_path, content))
    assert "\n" not in str(caught.value)
    assert "corpus.txt" in str(caught.value)


def test_missing_files_folders_and_names_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cannot read .*: No such file"):
        load_corpus(str(tmp_path / "absent.txt"))
    with pytest.raises(UserError, match="Is a directory"):
        load_corpus(str(tmp_path))
    with pytest.raises(UserError, match="neither a file nor a card"):
        load_corpus("coco")


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "nltk_data" / "corpora" / "brown.zip"
    place.parent.mkdir(parents=True)
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("brown/ca01", "It/pps " * 10_000)
    monkeypatch.setenv("TEXTGAN_DATA", str(tmp_path))
    monkeypatch.setattr("textgan.files.MAX_UNPACKED", 1000)
    with pytest.raises(UserError, match=r"brown.zip is damaged .it unpacks to more than"):
        load_corpus("brown")
