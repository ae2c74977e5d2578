"""textgan language-model: the baseline of a corpus, trained and scored."""

from pathlib import Path

from tests.commands.conftest import BACKEND, Command

TINY = ("--dim", 4, "--width", 4, "--steps", 4, "--evaluate-every", 2, "--batch-size", 8)


def test_it_is_trained_and_scored_as_text(textgan: Command, corpus: Path) -> None:
    ending = textgan("language-model", "my.txt", *TINY, *BACKEND)
    assert (ending.status, ending.stderr) == (0, "")
    run = corpus.parent / "runs" / "language-model-my.txt"
    assert "validation at step 4 of 4" in ending.stdout
    assert "test: perplexity " in ending.stdout
    assert (run / "model" / "language_model.npz").exists()
    ending = textgan("evaluate", run, *BACKEND)
    assert ending.status == 0 and "bleu.2 = " in ending.stdout
    assert (run / "evaluation.json").exists()


def test_what_it_refuses(textgan: Command, folder: Path) -> None:
    ending = textgan("language-model", "nothing", *BACKEND)
    assert (ending.status, ending.stderr.count("\n")) == (2, 1)
    assert "'nothing' is neither a file nor a card" in ending.stderr
