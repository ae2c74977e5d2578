"""List the corpora, vectors and images there are, which are on this machine, what others cost.

textgan catalogue [--clean]
"""

from collections.abc import Sequence

from textgan.catalogue import (
    SECTIONS,
    Card,
    CardKind,
    card_names,
    find_file,
    keras_keeps,
    read_card,
)
from textgan.command_line import run_script

BUILT_IN = {
    "grammar": "built in",
    "inside-gensim": "here, inside gensim",
    "digits": "here, inside scikit-learn",
    "crops": "here, inside scikit-learn",
}
FETCHED_BY = {"gensim": "gensim", "keras": "Keras"}


def run(arguments: Sequence[str], prog: str) -> None:
    """Print the catalogue."""
    run_script(catalogue, __doc__, args=arguments, prog=prog)


def catalogue(clean: bool = False) -> None:
    """Print the catalogue: name, where it stands, what it is and its licence.

    Args:
        clean: instead delete the tokenised texts in the cache; they are made again when needed.
    """
    if clean:
        from textgan.text.stored import forget_tokenised, tokenised_folder

        print(f"{tokenised_folder()}: {forget_tokenised() / 1e6:,.1f} MB are freed")
        return
    for section in SECTIONS:
        print(f"\n{section}")
        for card in cards(section):
            print(f"  {card.name:26}{standing(card):33}{card.title} [{card.licence}]")


def cards(section: CardKind) -> list[Card]:
    """The cards of a section, by name."""
    return [read_card(section, name) for name in card_names(section)]


def standing(card: Card) -> str:
    """Where a card stands on this machine, or what it would cost to fetch."""
    if card.kind == "trained":
        return "trained here, cached"
    if card.kind in BUILT_IN:
        return BUILT_IN[card.kind]
    absent = [file for file in card.files if find_file(file) is None]
    if not absent or keras_keeps(card):
        return "here"
    megabytes = f"{sum(file.size for file in absent) / 1e6:,.1f} MB"
    if card.kind in FETCHED_BY:
        return f"fetch {megabytes} (by {FETCHED_BY[card.kind]})"
    if not all(file.address for file in absent):
        return f"put in place by hand, {megabytes}"
    return f"fetch {megabytes}" + ("" if all(file.sha256 for file in absent) else " (unverified)")
