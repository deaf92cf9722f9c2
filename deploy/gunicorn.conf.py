"""How the web server runs, the same in `make run` and in production."""

import os
import shutil
import tempfile
from pathlib import Path

# Where the workers put their figures, for any one of them to answer for all on /metrics. It
# has to be known before the library is loaded.
_made = None if os.environ.get("PROMETHEUS_MULTIPROC_DIR") else tempfile.mkdtemp(prefix="metrics-")
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", _made or "")

from django.conf import settings  # noqa: E402
from prometheus_client import multiprocess  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Most of a request is waiting for the database.
threads = 4
# The code is read once, and each worker begins with it: at the start, and where one is renewed.
preload_app = True
timeout = 60
# What a request has made a worker keep, it gives back by ending; not both at once.
max_requests = 5_000
max_requests_jitter = 1_000
# A thread cannot be ended; a question to the database can. Of the web alone: migrations, imports
# and the sweep take the time that they need.
os.environ.setdefault("PGOPTIONS", "-c statement_timeout=60s")
graceful_timeout = 10
# Heartbeat files on a real disk stall a worker when the disk is busy.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
loglevel = "warning"
# What a proxy says is believed where one stands in front: then nobody else reaches the port. It
# says by which scheme it was asked, and nothing of where in the address space the service lies.
forwarded_allow_ips = "*" if settings.TRUSTED_PROXIES else ""
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}
forwarder_headers = ""


def when_ready(server: object) -> None:
    """Say what is lacking, once a start."""
    if not settings.MAIL_TRANSPORT:
        server.log.warning("EMAIL_URL saknas: brev når ingen.")  # type: ignore[attr-defined]


def child_exit(server: object, worker: object) -> None:
    """Take a worker's gauges out of /metrics when it ends."""
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[attr-defined]


def on_exit(server: object) -> None:
    """Leave nothing behind."""
    if _made:
        shutil.rmtree(_made, ignore_errors=True)
