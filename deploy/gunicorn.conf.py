"""How the web server runs, the same in `make run` and in production."""

import os
from pathlib import Path

from prometheus_client import multiprocess

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
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[attr-defined]
