"""Tokenisation, against nltk's tokenisers; texts recognised by their marks."""

import pytest
from nltk.tokenize import NLTKWordTokenizer

from textgan.catalogue import data_folder
from textgan.text.tokenization import lacks_blanks, recognise, signature, tokenize


def data_or_skip(name: str) -> None:
    folder = data_folder()
    if folder is None or not (folder / name).is_file():
        pytest.skip(f"no {name} under TEXTGAN_DATA")


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


def test_a_tokenised_text_is_recognised_by_its_punctuation() -> None:
    raw = ['He said "no", twice.', "It's late!", "Où est-il ?", "don't :)", "U.S. troops left."]
    assert recognise(raw) == "nltk"
    assert recognise(" ".join(tokenize(line, "nltk")) for line in raw) == "whitespace"
    assert recognise(["no marks at all", ""]) == "nltk"


@pytest.mark.parametrize("name", ["coco_captions/train.txt", "captions_background/multi30k.txt"])
def test_real_texts_are_recognised(name: str) -> None:
    data_or_skip(name)
    folder = data_folder()
    assert folder is not None
    lines = (folder / name).read_text(encoding="utf-8").splitlines()[:5000]
    assert recognise(lines) == ("nltk" if "coco" in name else "whitespace")
    assert recognise(" ".join(tokenize(line, "nltk")) for line in lines) == "whitespace"


@pytest.mark.parametrize(
    ("lines", "lacking"),
    [
        (["我喜欢在公园里散步。", "今天天气很好"], True),
        (["你好", "好的"], True),
        (["我 喜欢 在 公园 里 散步 。", "今天 天气 很 好"], False),
        (["私は公園を散歩するのが好きです。", "今日は天気がいい"], True),
        (["ฉันชอบเดินเล่น ในสวนสาธารณะทุกวัน", "วันนี้อากาศดีมาก"], True),
        (["ฉัน ชอบ เดินเล่น ใน สวนสาธารณะ", "วันนี้ อากาศ ดี มาก"], False),
        (["나는 공원에서 산책하는 것을 좋아한다", "오늘은 날씨가 좋다"], False),
        (["Мы гуляем в парке", "Donaudampfschifffahrtsgesellschaft"], False),
        (["the word 我喜欢在公园里散步 is Chinese"], False),
        (["one", "two"], False),
        ([], False),
    ],
)
def test_scripts_without_blanks_between_words(lines: list[str], lacking: bool) -> None:
    assert lacks_blanks(lines) == lacking


def test_a_tokenisation_has_a_short_name() -> None:
    assert signature("nltk", True) == "nltk-lower"
    assert signature("whitespace", False) == "whitespace-cased"
