"""Data sets of the Hugging Face hub, or a folder of the same layout, through `datasets`."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from textgan.catalogue import cache_folder, require_fetching
from textgan.errors import UserError


@contextmanager
def hub_table(name: str) -> Iterator[Any]:
    """The training split of a data set as a `datasets.Dataset`, to be read within the block.

    Args:
        name: on the hub, or the path of a folder.

    Raises:
        UserError: it cannot be loaded.
    """
    here = Path(name).exists()
    if not here:
        require_fetching(name)
    if here and re.search(r"[*?\[\]]", str(Path(name).resolve())):
        raise UserError(
            f"{name}: `datasets` takes * ? [ ] in a path for a pattern; rename the folder"
        )
    with TemporaryDirectory() as fresh:  # the cache would not see that a file here has changed
        cache = fresh if here else str(cache_folder() / "datasets")
        try:
            with _quiet_datasets() as datasets:
                table = datasets.load_dataset(name, split="train", cache_dir=cache)
        except Exception as error:  # the hub's client raises a dozen types, some of them bare
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise UserError(f"cannot load {name!r} from the hub: {reason}") from error
        yield table


@contextmanager
def _quiet_datasets() -> Iterator[Any]:
    """The `datasets` module without progress bars (imported here: it takes most of a second)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # in a notebook, that its progress bars want ipywidgets
        import datasets

    shown = datasets.is_progress_bar_enabled()
    datasets.disable_progress_bars()
    try:
        yield datasets
    finally:
        if shown:
            datasets.enable_progress_bars()
