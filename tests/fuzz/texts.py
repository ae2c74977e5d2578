"""Odd corpora and word vectors."""

import gzip
import random
import struct
from pathlib import Path

from tests.fuzz.cases import Case, odd_name, odd_place, some, spoil
from textgan.text.grammar import Grammar

SENTENCES = [" ".join(words) for words in Grammar.load().sample(200, seed=3)]
ODD_LINES = [
    *(
        b"",
        b" ",
        b"\t\t",
        b"\xef\xbb\xbf",
        b"a\rb",
        b"\0",
        b"\xff\xfe",
        b"caf\xe9",
        b"word " * 3000,
    ),
    *(
        b"a" * 50_000,
        "\U0001f600 \u0301 \u200b".encode(),
        "\u2028 a \u0085 b".encode(),
        b"\x0c\x0b",
    ),
    *("我喜欢吃苹果。".encode(), "\u202eabc".encode(), b"\" ' `` '' ( ) [ ] -LRB-", b"<script>x"),
    *(
        b"=1+1",
        b"</s> <unk> <pad>",
        b"1 2 3",
        b"...",
        b"a",
        b"{{ x }} {% y %}",
        b"\\n \\0",
        b"_" * 300,
    ),
]
TINY = (
    *("--batch-size", 8, "--generator-width", 8, "--generator-layers", 1, "--attention-heads", 2),
    *("--discriminator-width", 8, "--discriminator-layers", 1, "--steps", 4, "--log-every", 2),
    *("--evaluate-every", 4, "--cloze-width", 8, "--cloze-layers", 1),
)
TINY_LANGUAGE_MODEL = (
    *("--dim", 4, "--width", 4, "--batch-size", 8, "--steps", 4, "--evaluate-every", 2),
)


def odd_text(draw: random.Random) -> bytes:
    """Return lines, most of them plain, with odd ones among them."""
    lines = [line.encode() for line in SENTENCES[: draw.choice((0, 1, 2, 5, 40, 200))]]
    if draw.random() < 0.2:
        lines = [line.split()[0] for line in lines if line]
    for line in some(draw, ODD_LINES, 6):
        lines.insert(draw.randint(0, len(lines)), line)
    if draw.random() < 0.2:
        lines += [draw.choice([b"ok", b"", *ODD_LINES[-6:]])] * draw.choice((3, 300))
    text = draw.choice((b"\n", b"\n", b"\n", b"\r\n", b"\r")).join(lines)
    text = draw.choice((b"", b"", b"", b"\xef\xbb\xbf", b"\n\n", b"\x1f\x8b")) + text
    return text if draw.random() < 0.85 else spoil(draw, text)


def write_odd_text(draw: random.Random, place: Path) -> Path:
    place = place / odd_name(draw, "txt")
    place.write_bytes(odd_text(draw))
    return odd_place(draw, place) if draw.random() < 0.1 else place


def corpus(draw: random.Random, place: Path) -> Case:
    """Train on an odd corpus."""
    text = write_odd_text(draw, place)
    options = draw.choice(((), (), ("--max-words", draw.choice((1, 3, 40))), ("--whitening", 1)))
    run = ("--run-dir", place / "run")
    return Case("train_text_gan.py", ("file", "--corpus", text, *TINY, *options, *run), ["run"])


def sentences(draw: random.Random, place: Path) -> Case:
    """Score odd sentences against odd references and training text."""
    names = ["samples", "references", "training"][: draw.randint(2, 3)]
    files = {}
    for name in names:
        (place / name).mkdir()
        plain = place / name / "plain.txt"
        if draw.random() < 0.5:
            plain.write_text("\n".join(draw.choices(SENTENCES, k=30)) + "\n")
        files[name] = plain if plain.exists() else write_odd_text(draw, place / name)
    options = [word for name in names[1:] for word in (f"--{name}", files[name])]
    more = draw.choice(((), ("--oracle",), ("--lowercase",), ("--tokenizer", "whitespace")))
    return Case("evaluate_text.py", (files["samples"], *options, *more))


def odd_vectors(draw: random.Random) -> bytes:
    """Return word2vec's format, as text or binary, with something wrong in it."""
    words = sorted({word for line in SENTENCES[:60] for word in line.split()})
    dim = draw.choice((1, 2, 8))
    if draw.random() < 0.3:
        words += some(draw, ["", " ", "a b", "a", "a", "\u00e9", "\u2028", "x" * 5000])
    count = draw.choice((len(words),) * 3 + (0, -1, 1, len(words) + 3, 10**12, "many"))
    header = f"{count} {draw.choice((dim,) * 4 + (0, -1, dim + 1, 10**9, 1.5))}\n"
    numbers = [[draw.gauss(0, 1) for _ in range(dim)] for _ in words]
    if draw.random() < 0.4:
        rows = (
            word.encode() + b" " + struct.pack(f"<{dim}f", *row) + draw.choice((b"\n", b""))
            for word, row in zip(words, numbers, strict=True)
        )
        return header.encode() + b"".join(rows)
    odd = ("nan", "inf", "1e400", "x", "1,5", "", "-1e39", "0x1p3")
    rows = []
    for word, row in zip(words, numbers, strict=True):
        cells = [f"{number:.4f}" for number in row]
        if draw.random() < 0.02:
            cells[draw.randrange(dim)] = draw.choice(odd)
        rows.append(" ".join([word, *cells]))
    return (header + draw.choice(("\n", "\n", "\r\n", " \n")).join(rows)).encode()


def vectors(draw: random.Random, place: Path) -> Case:
    """Train with odd vectors."""
    text, file = place / "corpus.txt", place / odd_name(draw, "vec")
    text.write_text("\n".join(SENTENCES[:100]) + "\n")
    content = odd_vectors(draw)
    content = content if draw.random() < 0.7 else spoil(draw, content)
    if draw.random() < 0.2:
        packed = gzip.compress(content)
        content = packed if draw.random() < 0.6 else spoil(draw, packed)
        file = file.with_name(f"{file.name}.gz")
    file.write_bytes(content)
    run = ("--run-dir", place / "run")
    given = ("file", "--corpus", text, "--vectors", file)
    return Case("train_text_gan.py", (*given, *TINY, *run), ["run"])
