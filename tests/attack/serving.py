"""The service's real processes on the database of the test: web, worker, a proxy in front."""

import datetime
import http.client
import json
import os
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import connection

from config.env import BASE_DIR
from config.servers.children import Child
from config.servers.postgres import free_port

PATIENCE = 90.0
NAME = "kvalitet.example.se"


def environment(**other: str) -> dict[str, str]:
    """Return the environment of a process that works on the test's database."""
    given = connection.settings_dict
    who = f"{quote(given['USER'])}:{quote(given['PASSWORD'])}@{given['HOST']}:{given['PORT']}"
    return os.environ | {
        "DATABASE_URL": f"postgresql://{who}/{given['NAME']}",
        "DJANGO_SETTINGS_MODULE": "tests.attack.settings",
        "ALLOWED_HOSTS": f"localhost,127.0.0.1,{NAME}",
        "PYTHONWARNINGS": "ignore",
        **other,
    }


@contextmanager
def running(child: Child) -> Iterator[Child]:
    """Keep a process for the length of a block."""
    child.start()
    try:
        yield child
    finally:
        child.stop()


@contextmanager
def web(folder: Path, **environ: str) -> Iterator[int]:
    """Serve as in production; the port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "-c", "deploy/gunicorn.conf.py"]
    command += ["--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    child = Child("web", command, log=folder / "web.log", env=environment(**environ), cwd=BASE_DIR)
    with running(child):
        child.wait_until(lambda: answers(port), PATIENCE)
        yield port


@contextmanager
def worker(folder: Path, **environ: str) -> Iterator[Child]:
    """Run tasks in two processes, as `make run` does."""
    command = [sys.executable, "-m", "celery", "-q", "-A", "config", "worker", "-l", "WARNING"]
    command += ["-c", "2", "--without-gossip", "--without-mingle"]
    log = folder / "worker.log"
    with running(
        Child("worker", command, log=log, env=environment(**environ), cwd=BASE_DIR)
    ) as child:
        yield child


def answers(port: int) -> bool:
    """Say whether the service answers at all."""
    try:
        return Caller(port).ask("GET", "/healthz").status == 200
    except OSError:
        return False


@dataclass
class Answer:
    """What came back, and after how many seconds."""

    status: int
    headers: dict[str, str]
    text: str
    seconds: float


@dataclass
class Caller:
    """A client that keeps its cookies: from an address of its own, with any headers at all."""

    port: int
    address: str = "127.0.0.1"
    tls: bool = False
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        form: dict[str, str] | None = None,
        data: object = None,
    ) -> Answer:
        """Send one request, its headers as they are given."""
        began, source = time.monotonic(), (self.address, 0)
        line: http.client.HTTPConnection
        if self.tls:
            context = ssl._create_unverified_context()  # noqa: S323 (our own certificate)
            line = http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=60, source_address=source, context=context
            )
        else:
            line = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=60, source_address=source
            )
        sent = {"Host": NAME if self.tls else "localhost"} | self._own() | (headers or {})
        body = urlencode(form) if form is not None else None
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        if data is not None:
            body, sent["Content-Type"] = json.dumps(data), "application/json"
        try:
            line.request(method, path, body, sent)
            response = line.getresponse()
            text = response.read().decode("utf-8", "replace")
        finally:
            line.close()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(cookie).items():
                self.cookies[name] = morsel.value
        return Answer(response.status, dict(response.headers), text, time.monotonic() - began)

    def _own(self) -> dict[str, str]:
        together = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        referer = {"Referer": f"https://{NAME}/accounts/login/"} if self.tls else {}
        return ({"Cookie": together} if together else {}) | referer

    def log_in(self, name: str, password: str, headers: dict[str, str] | None = None) -> Answer:
        """Open the log-in page and send it."""
        if "csrftoken" not in self.cookies:
            self.ask("GET", "/accounts/login/", headers)
        form = {"login": name, "password": password, "csrfmiddlewaretoken": self.token}
        return self.ask("POST", "/accounts/login/", headers, form)

    @property
    def token(self) -> str:
        """What a form has to carry."""
        return self.cookies.get("csrftoken", "")


@contextmanager
def proxy(folder: Path, upstream: int) -> Iterator[int]:
    """Put Debian's nginx with the shipped configuration in front; its port (https)."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("nginx saknas: installera det (Debian: apt-get install nginx-light).")
    port, plain = free_port(), free_port()
    _certificate(folder)
    text = (BASE_DIR / "deploy" / "nginx.conf").read_text()
    for old, new in (
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("listen 80", f"listen 127.0.0.1:{plain}"),
        ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
        ("/etc/ssl/kvalitet.pem", str(folder / "cert.pem")),
        ("/etc/ssl/kvalitet.key", str(folder / "key.pem")),
    ):
        text = text.replace(old, new)
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx-error.log;\n"
        f"events {{}} http {{ access_log {folder}/access.log; {places}\n{text}\n}}\n"
    )
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    child = Child("nginx", command, log=folder / "nginx.log")
    with running(child):
        child.wait_until(lambda: _listens(port), PATIENCE)
        yield port


def _listens(port: int) -> bool:
    try:
        return Caller(port, tls=True).ask("GET", "/healthz").status > 0
    except OSError:
        return False


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
