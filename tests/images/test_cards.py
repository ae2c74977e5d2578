"""Cards of images: the built-in crops, Keras' sets, and a card for a file."""

import shutil
from pathlib import Path

import keras
import numpy as np
import pytest
from sklearn.datasets import load_sample_image

from textgan import catalogue
from textgan.catalogue import card_names, nothing_fetched, read_card, sha256_of
from textgan.commands.catalogue import standing
from textgan.errors import UserError
from textgan.images.cards import read_card_arrays
from textgan.images.datasets import load_images

PICTURES = Path(__file__).parents[2] / "pictures"


def test_crops_are_of_the_photographs() -> None:
    arrays, _ = read_card_arrays(read_card("pictures", "crops"))
    assert arrays["x_train"].shape == (2 * 5 * 15 * 99, 16, 16, 3)
    assert arrays["x_test"].shape == (2 * 5 * 3 * 99, 16, 16, 3)
    china = load_sample_image("china.jpg").astype(float)
    small = china[:426, :640].reshape(213, 2, 320, 2, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(arrays["x_train"][0], small[:16, :16], atol=0.5)
    np.testing.assert_allclose(arrays["x_train"][15 + 2], small[2:18, 4:20], atol=0.5)
    np.testing.assert_allclose(arrays["x_test"][3 * 99 - 1], small[196:212, 48:64], atol=0.5)
    assert np.bincount(arrays["y_train"]).tolist() == [7_425, 7_425]


def test_crops_of_test_and_training_share_no_pixel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of photographs in which every column has a colour of its own."""
    places = np.zeros((427, 640, 3), dtype=np.uint8)
    places[..., 0] = np.arange(640) // 4
    places[..., 1] = np.arange(640) // 2 % 2 * 255
    monkeypatch.setattr("sklearn.datasets.load_sample_image", lambda name: places)
    arrays, _ = read_card_arrays(read_card("pictures", "crops"))
    train, test = (
        set(np.unique(2 * arrays[x][..., 0].astype(int) + arrays[x][..., 1] % 2).tolist())
        for x in ("x_train", "x_test")
    )
    assert (len(train), len(test)) == (220, 100)
    assert not train & test


def test_keras_labels_of_two_dimensions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTGAN_DATA", str(tmp_path))
    monkeypatch.setenv("TEXTGAN_CACHE", str(tmp_path))
    rng = np.random.default_rng(0)
    x = rng.integers(256, size=(20, 32, 32, 3), dtype=np.uint8)
    half = x, np.arange(20, dtype=np.uint8)[:, None] % 10
    monkeypatch.setattr(keras.datasets.cifar10, "load_data", lambda: (half, half))
    data = load_images("cifar10")
    assert (data.shape, data.classes) == ((32, 32, 3), 10)
    assert data.train.labels.tolist() == half[1][:, 0].tolist()


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10"])
def test_what_keras_keeps(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("TEXTGAN_DATA", "TEXTGAN_CACHE", "KERAS_HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    card = read_card("pictures", name)
    assert standing(card) == f"fetch {card.files[0].size / 1e6:,.1f} MB (by Keras)"
    with nothing_fetched(), pytest.raises(UserError, match="a dry run fetches nothing"):
        load_images(name)
    place = tmp_path / "datasets" / card.settings["kept"]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.touch()
    assert standing(card) == "here"
    monkeypatch.setattr(getattr(keras.datasets, name), "load_data", lambda: 1 / 0)
    with nothing_fetched(), pytest.raises(UserError, match=r"division by zero"):
        load_images(name)


@pytest.fixture
def own_cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(PICTURES, tmp_path / "pictures")
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(catalogue, "files", lambda package: tmp_path / package.split(".")[-1])
    monkeypatch.setenv("TEXTGAN_DATA", str(tmp_path / "data"))
    return tmp_path


def write_card(folder: Path, kind: str, file: str) -> None:
    (folder / "pictures" / "mine.toml").write_text(
        f'title = "x"\nkind = "{kind}"\nlicence = "x"\ncitation = "x"\n[[files]]\n{file}\n'
    )


def test_a_card_of_ones_own(own_cards: Path) -> None:
    place = own_cards / "data" / "mine.npz"
    x, y = np.arange(20 * 64, dtype=np.uint8).reshape(20, 8, 8), np.arange(20) % 2
    np.savez(place, x_train=x, y_train=y, x_test=x[::-1], y_test=y)
    write_card(own_cards, "npz", f'path = "mine.npz"\nsha256 = "{sha256_of(place)}"')
    assert "mine" in card_names("pictures")
    data = load_images("mine")
    np.testing.assert_array_equal(data.test.pixels[..., 0], x[::-1])
    assert data.checksum == load_images(str(place)).checksum
    write_card(own_cards, "npz", f'path = "mine.npz"\nsha256 = "{"0" * 64}"')
    with pytest.raises(UserError, match="other checksum"):
        load_images("mine")
    write_card(own_cards, "zip", 'path = "mine.npz"')
    with pytest.raises(UserError, match=r"mine.toml is of kind 'zip'; there are: digits, crops"):
        load_images("mine")
