"""How a script ends: one line on stderr, and a status that says why."""

import subprocess
import sys

import pytest

from textgan.errors import UserError, one_line_errors

HEAD = "from textgan.errors import UserError, one_line_errors\nimport signal, sys\n"


def run(body: str) -> tuple[int, str]:
    code = f"{HEAD}with one_line_errors():\n    {body}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("body", "status", "line"),
    [
        ("pass", 0, ""),
        ("raise UserError('no such corpus: x')", 2, "error: no such corpus: x\n"),
        ("raise UserError('two\\nlines')", 2, "error: two lines\n"),
        ("signal.raise_signal(signal.SIGINT)", 130, "interrupted\n"),
        ("raise KeyboardInterrupt('; run it again')", 130, "interrupted; run it again\n"),
    ],
)
def test_one_line(body: str, status: int, line: str) -> None:
    assert run(body) == (status, line)


def test_a_bug_keeps_its_traceback() -> None:
    status, stderr = run("1 / 0")
    assert status == 1
    assert "ZeroDivisionError" in stderr


def test_a_reader_that_leaves_early_is_no_error() -> None:
    code = f"{HEAD}with one_line_errors():\n    print('line\\n' * 10**6)"
    writer = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.readline()
    writer.stdout.close()
    assert writer.stderr.read() == b""
    assert writer.wait() == 1


def test_what_a_library_quotes_at_length_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), one_line_errors():
        raise UserError("a.npz is damaged (" + "x\n" * 9999 + "); fetch it anew")
    said = capsys.readouterr().err
    assert said.startswith("error: a.npz is damaged (x x") and said.endswith("; fetch it anew\n")
    assert len(said) < 1000
