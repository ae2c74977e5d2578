"""Figures as pixels and as PNG."""

import io

import numpy as np
from PIL import Image

from textgan.inspection.pictures import DPI, new_figure, pixels, png_bytes, show_image


def test_a_figure_has_the_size_that_was_asked_for() -> None:
    figure = new_figure(2, 1)
    assert pixels(figure).shape == (DPI, 2 * DPI, 3)
    assert Image.open(io.BytesIO(png_bytes(figure))).size == (2 * DPI, DPI)


def test_images_go_from_black_to_white() -> None:
    figure = new_figure(1, 1)
    figure.set_layout_engine("none")
    axes = figure.add_axes((0, 0, 1, 1))
    show_image(axes, np.array([[[-1.0], [1.0]]] * 2))
    axes.set_aspect("auto")
    drawn = pixels(figure)
    assert drawn[DPI // 2, DPI // 4].tolist() == [0, 0, 0]
    assert drawn[DPI // 2, 3 * DPI // 4].tolist() == [255, 255, 255]
