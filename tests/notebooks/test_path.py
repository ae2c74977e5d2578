"""The page of the path names every lesson, in order, and shows a picture of each."""

import re

from PIL import Image

from notebooks.pair import FOLDER, texts

PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")
LARGEST = 40 * 1024


def test_every_lesson_has_its_row() -> None:
    rows = re.findall(r"^\| .*\[\d+\. ([^\]]*)\]\((\w+)\.ipynb\).*$", PAGE, re.MULTILINE)
    heads = [text.read_text(encoding="utf-8").splitlines()[1] for text in texts()]
    titles = [re.sub(r"^# # \d+\. ", "", head) for head in heads]
    assert rows == list(zip(titles, [text.stem for text in texts()], strict=True))


def test_every_lesson_has_its_picture() -> None:
    shown = re.findall(r'<a href="(\w+)\.ipynb"><img src="pictures/(\d\d)\.png"', PAGE)
    assert shown == [(text.stem, text.stem[:2]) for text in texts()]
    for _, number in shown:
        path = FOLDER / "pictures" / f"{number}.png"
        assert path.stat().st_size <= LARGEST
        with Image.open(path) as image:
            assert 400 <= image.width <= 560
