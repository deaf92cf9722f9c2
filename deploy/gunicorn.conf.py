"""How the web server runs, the same in `make run` and in production."""

import os
import shutil
import tempfile
from pathlib import Path

# Where the workers put their figures, for any one of them to answer for all on /metrics. It
# has to be known before the library is loaded.
_made = None if os.environ.get("PROMETHEUS_MULTIPROC_DIR") else tempfile.mkdtemp(prefix="metrics-")
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", _made or "")

from prometheus_client import multiprocess  # noqa: E402

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Most of a request is waiting for the database.
threads = 4
timeout = 60
graceful_timeout = 10
# Heartbeat files on a real disk stall a worker when the disk is busy.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
loglevel = "warning"
# X-Forwarded-Proto is believed from the proxy alone.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")


def child_exit(server: object, worker: object) -> None:
    """Take a worker's gauges out of /metrics when it ends."""
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[attr-defined]


def on_exit(server: object) -> None:
    """Leave nothing behind."""
    if _made:
        shutil.rmtree(_made, ignore_errors=True)
