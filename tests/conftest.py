"""Run Keras quietly, on one thread a process: the tests run side by side.

`KERAS_BACKEND` chooses the backend of the whole process (default: TensorFlow).
"""

import os
import signal

from hypothesis import HealthCheck, settings

QUIET = {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "JAX_PLATFORMS": "cpu",
}
for name, value in QUIET.items():
    os.environ.setdefault(name, value)

# A shell starts what it puts in the background with Ctrl-C ignored. Python leaves that so, also in
# processes of its own: tests of Ctrl-C would interrupt nothing.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long a case takes says nothing but how busy the machine is.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
