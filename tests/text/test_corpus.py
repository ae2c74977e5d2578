"""Corpora: tokenisation against nltk's tokenisers, splits, and files that are no corpus."""

import os
import zipfile
from functools import cache
from pathlib import Path

import nltk
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.corpus.reader import CategorizedTaggedCorpusReader
from nltk.tokenize import NLTKWordTokenizer

from textgan.catalogue import data_folder
from textgan.errors import UserError
from textgan.text.corpus import Corpus, load_corpus, load_lines, split_by_hash
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


# Tokenisation


def test_one_sentence_is_tokenised_as_nltk_does() -> None:
    line = 'A man isn\'t "here", said Mr. Smith (again).'
    assert tokenize(line, "nltk") == tuple(NLTKWordTokenizer().tokenize(line))


def test_a_sentence_end_inside_the_line_is_a_word() -> None:
    words = tokenize("a man. he sits.", "nltk")
    assert words == ("a", "man", ".", "he", "sits", ".")


def test_an_abbreviation_does_not_end_a_sentence() -> None:
    line = "A U.S. Air Force plane sits on display."
    expected = ("a", "u.s.", "air", "force", "plane", "sits", "on", "display", ".")
    assert tokenize(line, "nltk", lowercase=True) == expected


def test_a_tokenised_text_is_taken_as_it_is() -> None:
    assert tokenize(" We ' re  here . ", "whitespace") == ("We", "'", "re", "here", ".")


def test_published_bleu_of_real_captions_is_reproduced() -> None:
    """Texygen documents .740 .520 .337 .218 for training against test captions, all of them."""
    data_or_skip("coco_captions/train.txt")
    from textgan.metrics.bleu import bleu

    corpus = captions()
    training = corpus.train + corpus.validation
    scores = bleu(training, corpus.test).sentence.mean(axis=0)
    assert scores == pytest.approx([0.740, 0.520, 0.337, 0.218], abs=1e-3)


# Splits

sentence_lists = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("stuvwxyz")))


@given(sentence_lists, st.integers(0, 8), st.integers(0, 8), st.randoms())
@settings(deadline=None)
def test_a_split_parts_the_sentences_by_content(
    sentences: list[tuple[str, ...]], validation: int, test: int, random
) -> None:
    train, held_out, tested = split_by_hash(sentences, validation, test)
    assert sorted(train + held_out + tested) == sorted(sentences)
    assert not set(train) & set(held_out) | set(train) & set(tested) | set(held_out) & set(tested)
    assert len(tested) >= min(test, len(sentences))
    assert len(held_out) >= min(validation, len(sentences) - len(tested))

    shuffled = list(sentences)
    random.shuffle(shuffled)
    again = split_by_hash(shuffled, validation, test)
    assert [sorted(part) for part in again] == [sorted(train), sorted(held_out), sorted(tested)]


def test_a_split_of_distinct_sentences_has_the_sizes_asked_for() -> None:
    sentences = [(str(number),) for number in range(1000)]
    assert [len(part) for part in split_by_hash(sentences, 50, 100)] == [850, 50, 100]


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


def test_line_ends_of_every_system_are_read(tmp_path: Path) -> None:
    assert load_lines(Path(text_file(tmp_path, b"a\r\nb \xc3\xa9\n\nc"))) == ["a", "b é", "", "c"]


def test_a_hub_name_is_loaded_by_datasets(tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    folder.mkdir()
    rows = "".join(f'{{"caption": "the {n} th caption"}}\n' for n in range(40))
    (folder / "train.jsonl").write_text(rows)
    corpus = load_corpus(f"hub:{folder}:caption")
    assert sum(sizes(corpus)) == 40
    with pytest.raises(UserError, match="no column 'text'; columns: caption"):
        load_corpus(f"hub:{folder}")


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


def test_a_cache_that_cannot_be_written_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "occupied").write_text("")
    monkeypatch.setenv("TEXTGAN_CACHE", str(tmp_path / "occupied"))
    with pytest.raises(UserError, match="cannot write to the cache"):
        load_corpus(text_file(tmp_path, b"a\nb\nc\nd\n"))
