"""How a script ends: one line on stderr, and a status that says why."""

import signal
import subprocess
import sys
from pathlib import Path

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


@pytest.mark.parametrize(
    ("body", "name"),
    [("1 / 0", "ZeroDivisionError"), ("raise OSError('a library\\'s own')", "OSError")],
)
def test_a_bug_keeps_its_traceback(body: str, name: str) -> None:
    status, stderr = run(body)
    assert status == 1
    assert stderr.startswith("Traceback") and f"{name}: " in stderr


def test_ctrl_c_while_a_script_is_imported_is_one_line() -> None:
    code = "import textgan.command_line, signal; signal.raise_signal(signal.SIGINT)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "interrupted\n")
    code = "import textgan.command_line; 1 / 0"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "ZeroDivisionError" in done.stderr


def test_what_the_system_refuses_is_one_line() -> None:
    status, stderr = run("open('no/such/file')")
    assert (status, stderr) == (2, "error: cannot use no/such/file: No such file or directory\n")
    status, stderr = run("open('a' * 5000)")
    assert (status, stderr.count("\n")) == (2, 1)
    assert stderr.endswith("aaa: File name too long\n") and len(stderr) < 1000


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("body", ["print('line')", "print('line\\n' * 10**6)"])
def test_output_that_cannot_be_written(body: str) -> None:
    code = f"{HEAD}with one_line_errors():\n    {body}"
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == "error: cannot use the output: No space left on device\n"


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
