"""Several devices end where one ends, whichever process is killed on the way; what is refused."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from textgan.errors import UserError
from textgan.gan.devices import LOST, Placement

SCRIPT = Path(__file__).with_name("devices_ring.py")
# The sums of a batch are added in another order. In 50 steps of Adam the weights, which are up to
# 1.5, have parted by 6e-8, which is half a unit in the last place of float32.
TOLERANCE = 1e-6
LIMIT = 600  # seconds: far more than any process needs
jax_only = pytest.mark.skipif(keras.backend.backend() != "jax", reason="of the JAX backend")
two_cores = pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="there is one core")


def start(*words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *map(str, words)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "XLA_FLAGS": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def play_pair(folder: Path, kills: dict[int, int] | None = None) -> list[tuple[int, str]]:
    """Play with two processes, of which some kill themselves; return their statuses and stderr."""
    port = free_port()
    kill = {process: [step] for process, step in (kills or {}).items()}
    pair = [start(SCRIPT, "pair", folder, port, each, *kill.get(each, [])) for each in (0, 1)]
    said = [process.communicate(timeout=LIMIT)[1] for process in pair]
    return [(process.returncode, words) for process, words in zip(pair, said, strict=True)]


def weights(run: Path) -> list[np.ndarray]:
    with np.load(run / "checkpoints" / "50" / "state.npz") as arrays:
        return [arrays[name] for name in arrays.files]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of runs of 50 steps: of one device, of two, of two and then one, of a pair."""
    folder = tmp_path_factory.mktemp("runs")
    alone = start(SCRIPT, "alone", folder)
    assert play_pair(folder / "pair") == [(0, ""), (0, "")]
    assert alone.communicate(timeout=LIMIT)[1] == ""
    return folder


@jax_only
@two_cores
@pytest.mark.parametrize("name", ["two", "two_then_one", "pair"])
def test_the_weights_are_those_of_one_device(runs: Path, name: str) -> None:
    for one, several in zip(weights(runs / "one"), weights(runs / name), strict=True):
        np.testing.assert_allclose(several, one, rtol=0, atol=TOLERANCE)


@jax_only
@two_cores
def test_a_pair_resumes_bit_for_bit_whichever_is_killed(runs: Path) -> None:
    run = runs / "killed"
    for killed, kill in ((1, 23), (0, 17)):
        endings = play_pair(run, {killed: kill})
        assert endings[killed] == (-9, "")
        status, said = endings[1 - killed]
        assert status != 0 and said.startswith(f"error: {LOST}") and said.count("\n") == 1
    assert play_pair(run) == [(0, ""), (0, "")]
    for before, after in zip(weights(runs / "pair"), weights(run), strict=True):
        assert before.tobytes() == after.tobytes()


REFUSED = """
from textgan.errors import one_line_errors
from textgan.gan import devices
devices.ANSWER_SECONDS = 2
with one_line_errors(), devices.training_on(devices.Placement({})):
    pass
"""


@jax_only
def test_what_a_start_refuses_in_one_line() -> None:
    # Two ports: the last two would find one another.
    first, second = free_port(), free_port()
    cases = {
        "4096": f"error: --devices 4096: this host has {os.cpu_count()} cpu device",
        f"1, 2, 1, '127.0.0.1:{first}'": f"came together at 127.0.0.1:{first} within 2 s",
        f"1, 2, 0, '127.0.0.1:{second}'": f"came together at 127.0.0.1:{second} within 2 s",
        "1, 2": "error: --processes 2: neither Slurm nor Kubernetes nor MPI says where process 0",
    }
    started = [(start("-c", REFUSED.format(given)), said) for given, said in cases.items()]
    for process, said in started:
        _, stderr = process.communicate(timeout=LIMIT)
        assert process.returncode not in (0, 1)
        assert said in stderr and stderr.count("\n") == 1


OTHER_SETTINGS = """
from textgan.errors import one_line_errors
from textgan.gan import devices
with one_line_errors(), devices.training_on(devices.Placement(1, 2, {0}, "127.0.0.1:{1}")):
    devices.devices_in_use().require_same(b"{0}" * 32)
"""


@jax_only
def test_a_process_with_other_settings_ends_all() -> None:
    port = free_port()
    pair = [start("-c", OTHER_SETTINGS.format(process, port)) for process in (0, 1)]
    first, second = [process.communicate(timeout=LIMIT)[1] for process in pair]
    assert first.startswith(f"error: {LOST}") and first.count("\n") == 1
    assert second.startswith("error: process 1 was started with other settings")
    assert second.count("\n") == 1
    assert pair[1].returncode == 2


@pytest.mark.parametrize(
    ("placement", "said"),
    [
        (Placement(0), "--devices 0: it must be at least 1"),
        (Placement(1, -1), "--processes -1: it must be at least 1"),
        (Placement(3), "--batch-size 64 cannot be cut into 3 equal parts.* take 63"),
        (Placement(8, 16), "into 128 equal parts.* take 128"),
        (Placement(1, 2, 2, "a:1"), "--process 2: it must be from 0 to 1"),
        (Placement(1, 2, 0, "a"), "--address a: it must be HOST:PORT"),
        (Placement(1, 2, 0, ":7000"), "--address :7000: it must be HOST:PORT"),
        (Placement(1, 2, 0, "a:65536"), "the port from 1 to 65535"),
        (Placement(1, 2, 0, "::1"), "an IPv6 address in brackets"),
        (Placement(1, 2, 0, "a:0"), "the port from 1 to 65535"),
        (Placement(1, 2, 0), "go together"),
        (Placement(1, 2, address="a:1"), "go together"),
        (Placement(1, 1, 0, "a:1"), "go together"),
    ],
)
def test_what_cannot_be(placement: Placement, said: str) -> None:
    with pytest.raises(UserError, match=said):
        placement.check("jax", 64)


def test_several_devices_need_jax() -> None:
    Placement().check("tensorflow", 7)
    with pytest.raises(UserError, match="only the JAX backend trains on 2 devices: add --backend"):
        Placement(2).check("tensorflow", 64)
