"""Several devices that train as one, on JAX's own engine: the batch is cut, the state is copied.

The step stays one program, that of the whole batch. XLA cuts it along the batch and puts in what
the devices have to exchange: sums of gradients, moments of the batch. So what is learned is the
same as on one device, but for the order in which numbers are added.

Between two steps the variables hold this process's own copy. Whatever else reads or changes them,
such as an evaluation or a checkpoint, need not know that there are several devices.

Of several processes, one for each host, the first writes the run folder; the others only play.
"""

import atexit
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from textgan.backend import BackendName, silent
from textgan.errors import UserError

ANSWER_SECONDS = 120  # for all processes to come together
SILENT_SECONDS = 20  # after which a process that gives no sign of life is lost
LOST = "a process of this training has ended or does not answer; its own last line says why; "
AGAIN = "run the same command on all again to resume from the last checkpoint"


@dataclass(frozen=True)
class Placement:
    """Where a training runs.

    Attributes:
        devices: how many devices of this host share each batch; more than one needs JAX.
        processes: how many train together, one on each host, all started with the same command.
        process: number of this one, from 0; Slurm, Kubernetes and MPI say it themselves.
        address: HOST:PORT of process 0; Slurm, Kubernetes and MPI say it themselves.
    """

    devices: int = 1
    processes: int = 1
    process: int | None = None
    address: str = ""

    @property
    def count(self) -> int:
        """Devices of all processes."""
        return self.devices * self.processes

    def check(self, backend: BackendName, batch_size: int) -> None:
        """Raise a `UserError` if a batch of this size cannot be played there."""
        for name, value in (("devices", self.devices), ("processes", self.processes)):
            if value < 1:
                raise UserError(f"--{name} {value}: it must be at least 1")
        self._check_processes()
        if self.count > 1 and backend != "jax":
            raise UserError(
                f"only the JAX backend trains on {self.count} devices: add --backend jax"
            )
        if batch_size % self.count:
            raise UserError(
                f"--batch-size {batch_size} cannot be cut into {self.count} equal parts, one for "
                f"each device: take {max(1, batch_size // self.count) * self.count}"
            )

    def _check_processes(self) -> None:
        by_hand = bool(self.address), self.process is not None
        if any(by_hand) and (self.processes == 1 or not all(by_hand)):
            raise UserError(
                "--address, --processes (2 or more) and --process go together; where Slurm, "
                "Kubernetes or MPI starts the processes, --processes alone is enough"
            )
        address = re.fullmatch(r"([^:]+|\[.+\]):(\d{1,5})", self.address)
        if self.address and not (address and 0 < int(address[2]) < 65536):
            raise UserError(
                f"--address {self.address}: it must be HOST:PORT of process 0, the port from 1 to "
                "65535, an IPv6 address in brackets"
            )
        if self.process is not None and not 0 <= self.process < self.processes:
            raise UserError(f"--process {self.process}: it must be from 0 to {self.processes - 1}")


class Devices:
    """The devices of a training.

    Args:
        chosen: JAX's devices, of all processes.

    Attributes:
        count: how many there are.
        kind: what they are, as JAX calls it: cpu, gpu, tpu.
        process: the number of this process; process 0 writes the run folder.
        processes: how many there are.
    """

    def __init__(self, chosen: Sequence[Any]) -> None:
        import jax

        self.count, self.kind = len(chosen), chosen[0].platform
        self.process, self.processes = jax.process_index(), jax.process_count()
        self._mesh = jax.sharding.Mesh(np.array(chosen), ("batch",))
        self._copied = jax.sharding.NamedSharding(self._mesh, jax.sharding.PartitionSpec())

    def __str__(self) -> str:
        where = f" of {self.processes} processes" if self.processes > 1 else ""
        return f"{self.count} {self.kind} devices{where}"

    def cut(self, array: np.ndarray, axis: int | None) -> Any:
        """Place an array of any shape that every process has: cut along `axis`; copied if None."""
        import jax

        parts = () if axis is None else (*[None] * axis, "batch")
        place = jax.sharding.NamedSharding(self._mesh, jax.sharding.PartitionSpec(*parts))
        return jax.make_array_from_callback(array.shape, place, lambda index: array[index])

    def compile(self, pure: Callable[..., Any], state: Sequence[Any]) -> Callable[..., Any]:
        """Compile `pure` for all devices; see `autodiff.compile_step`.

        Args:
            pure: takes the values of `state` and arrays, returns arrays and new values.
            state: Keras variables.

        Returns:
            A callable of arrays that `cut` has placed.
        """
        import jax

        compiled = jax.jit(pure, donate_argnums=0, out_shardings=self._copied)
        copies: list[Any] = []  # the values of the variables, on all devices,
        own: list[Any] = []  # and of each the copy that its variable holds

        def step(*arguments: Any) -> Any:
            nonlocal copies, own
            values = [variable.value for variable in state]
            if not own or any(value is not mine for value, mine in zip(values, own, strict=True)):
                copies = [self.cut(np.asarray(value), None) for value in values]
            result, copies = compiled(copies, *arguments)
            own = [copy.addressable_data(0) for copy in copies]
            for variable, value in zip(state, own, strict=True):
                variable.assign(value)
            return result

        return step

    def share(self, array: np.ndarray) -> np.ndarray:
        """Return the array of process 0, whose shape (item,) and type are the same everywhere.

        All processes must call this; each waits for the others.
        """
        import jax

        words = np.ascontiguousarray(array).view(np.uint32)  # whose sum with zeros is exact

        def row(index: Any) -> np.ndarray:
            return (np.zeros_like(words) if index[0].start else words)[None]

        place = jax.sharding.NamedSharding(self._mesh, jax.sharding.PartitionSpec("batch"))
        rows = jax.make_array_from_callback((self.count, *words.shape), place, row)
        total = jax.jit(lambda x: x.sum(axis=0, dtype=x.dtype), out_shardings=self._copied)
        return np.asarray(total(rows)).view(array.dtype)

    def agree(self, state: Sequence[Any], step: int) -> int:
        """Give the variables of every process the values of process 0; return its step."""
        if self.processes == 1:
            return step
        arrays = [np.asarray(variable.value) for variable in state]
        flat = np.concatenate([array.reshape(-1).view(np.uint32) for array in arrays])
        shared = self.share(np.append(flat, np.uint32(step)))
        ends = np.cumsum([array.size for array in arrays])
        for variable, array, words in zip(state, arrays, np.split(shared, ends), strict=False):
            variable.assign(words.view(array.dtype).reshape(array.shape))
        return int(shared[-1])

    def require_same(self, digest: bytes) -> None:
        """Raise a `UserError` where settings or data are not those of process 0.

        Args:
            digest: of all that decides the outcome, a multiple of four bytes.
        """
        if self.share(np.frombuffer(digest, np.uint32)).tobytes() != digest:
            raise UserError(
                f"process {self.process} was started with other settings or other data than "
                "process 0: give the same command and the same files on all hosts"
            )

    def meet(self) -> None:
        """Wait for the other processes."""
        if self.processes > 1:
            self.share(np.zeros(1, np.uint32))


_in_use: Devices | None = None


def devices_in_use() -> Devices | None:
    """Return the devices that training is done on; None if it is one, of one process."""
    return _in_use


@contextmanager
def training_on(placement: Placement) -> Iterator[None]:
    """Use these devices in the block; Keras runs on JAX, which has not computed anything yet.

    Of several processes, all but the first print nothing from here on. If one of them ends before
    its time, all do, each with one line.

    Raises:
        UserError: there are fewer devices, or an option was left out that no cluster answers.
    """
    global _in_use
    if placement.count == 1:
        yield
        return
    _offer_cpu_devices(placement.devices)
    devices = Devices(_choose(placement)) if placement.processes == 1 else _join(placement)
    _in_use = devices
    try:
        yield
        devices.meet()
    except BaseException as error:
        if placement.processes > 1:
            _leave_at_once(error)
        raise
    finally:
        _in_use = None


def _offer_cpu_devices(count: int) -> None:
    """Let JAX take the processor for several devices, if it runs on that."""
    flag = f"--xla_force_host_platform_device_count={count}"
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {flag}".strip()


def _choose(placement: Placement) -> list[Any]:
    """Return JAX's devices, as many of each process as are asked for.

    Raises:
        UserError: this host has fewer.
    """
    import jax

    kind, found = jax.local_devices()[0].platform, len(jax.local_devices())
    if kind == "cpu":
        found = os.cpu_count() or 1  # JAX makes any number of them
    if found < placement.devices:
        raise UserError(
            f"--devices {placement.devices}: this host has {found} {kind} "
            f"device{'s' * (found > 1)}" + " (one for each core)" * (kind == "cpu")
        )
    by_process: dict[int, list[Any]] = {}
    for device in jax.devices():
        by_process.setdefault(device.process_index, []).append(device)
    return [device for _, own in sorted(by_process.items()) for device in own[: placement.devices]]


def _join(placement: Placement) -> Devices:
    """Come together with the other processes; return the devices of all.

    Raises:
        UserError: an option was left out that no cluster answers.
    """
    import jax

    _hold_native_lines()
    _say_if_lost(
        f"not all {placement.processes} processes came together at "
        f"{placement.address or 'the address of the first'} within {ANSWER_SECONDS} s; start the "
        "same command on each host, each with its own --process, and the address of process 0"
    )
    options: dict[str, Any] = {
        "initialization_timeout": ANSWER_SECONDS,
        "heartbeat_timeout_seconds": SILENT_SECONDS,
    }
    known = inspect.signature(jax.distributed.initialize).parameters
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    if hasattr(jax.config, "jax_enable_preemption_service"):
        jax.config.update("jax_enable_preemption_service", False)  # it would ignore SIGTERM
    try:
        jax.distributed.initialize(
            placement.address or None,
            placement.processes,
            placement.process,
            list(range(placement.devices)),
            **{name: value for name, value in options.items() if name in known},
        )
        if jax.process_index():
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        with silent(1):  # gloo says there whom it has reached
            devices = Devices(_choose(placement))
            devices.meet()
    except BaseException as error:
        if not placement.address and isinstance(error, ValueError | RuntimeError | KeyError):
            error = UserError(
                f"--processes {placement.processes}: neither Slurm nor Kubernetes nor MPI says "
                "where process 0 is; give --address HOST:PORT and --process"
            )
        _leave_at_once(error)
        raise error from None
    _say_if_lost(LOST + AGAIN)
    return devices


def _leave_at_once(error: BaseException) -> None:
    """Let this process end without waiting for the others, which wait for it."""
    said = str(error)
    if not isinstance(error, UserError) and re.search("Gloo|NCCL|UNAVAILABLE|DEADLINE", said):
        sys.stdout.flush()
        os.write(2, b"\x02\n")
        os._exit(2)
    mistake = isinstance(error, UserError | OSError)
    status = 130 if isinstance(error, KeyboardInterrupt) else 2 if mistake else 1
    atexit.register(os._exit, status)  # before what JAX has registered


_LISTENER = r"""
import os, re, sys
line, lost = b"", False
for text in sys.stdin.buffer:
    if text[:1] == b"\x01":
        line = text[1:]
    lost = lost or re.match(rb"\x02|F\d{4} ", text)
if lost:
    os.write(2, line)
"""


def _hold_native_lines() -> None:
    """Hide what native libraries write to stderr; if they abort the process, write one line.

    JAX's engine aborts a process that has lost another, from a thread of its own and with a page of
    text. So somebody else has to say it in one line: a process that reads these texts.
    """
    sys.stderr.flush()
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1, errors="backslashreplace")
    listener = subprocess.Popen(  # noqa: S603
        [sys.executable, "-S", "-E", "-c", _LISTENER],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
        start_new_session=True,  # Ctrl-C is not for it
    )
    assert listener.stdin is not None
    os.dup2(listener.stdin.fileno(), 2)
    listener.stdin.close()


def _say_if_lost(line: str) -> None:
    os.write(2, f"\x01error: {line}\n".encode())
