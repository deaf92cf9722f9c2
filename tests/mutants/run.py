"""Put mistakes in one at a time, run the tests that should notice, and tell the share that did.

    python -m tests.mutants.run [AREA | AREA.NAME | PATTERN …] [--workers N] [--list]

Each is put into a copy of the tree in a temporary folder, never into the working tree. Before any,
the named tests are run as they are: what fails without a mistake would notice nothing.
"""

import argparse
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from config.servers.pair import missing, throwaway
from tests.mutants.listing import TOP, Mistake, mistakes

ENOUGH = 95  # percent
# A guard: a mistake that makes a test wait for ever is noticed too.
LONGEST = 600  # seconds
NOTICED, SURVIVED, BROKEN = "noticed", "SURVIVED", "BROKEN"
# Exit codes of pytest: all passed; some failed or could not be imported.
_PASSED, _FAILED, _ERRORS = 0, 1, 2


class Copy:
    """A copy of the tree with a database and a broker of its own."""

    def __init__(self, number: int, environ: dict[str, str]) -> None:
        self.top = Path(tempfile.mkdtemp(prefix=f"mutants-{number}-"))
        for name in _files():
            target = self.top / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(TOP / name, target)
        self._environ = environ | _own(environ, number)
        self._log = self.top / "run.log"
        self._warm = subprocess.Popen(
            [sys.executable, str(TOP / "tests/mutants/warm.py")],
            cwd=self.top,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def pytest(self, tests: Iterable[str], *options: str) -> tuple[int, str]:
        """Run ``tests`` here; return pytest's exit code and what it said."""
        given = {
            "top": str(self.top),
            "environ": self._environ,
            "arguments": ["-q", "-p", "no:cacheprovider", "--reuse-db", *options, *tests],
            "log": str(self._log),
            "longest": LONGEST,
        }
        if self._warm.stdin is None or self._warm.stdout is None:
            raise RuntimeError("The process that runs the tests has no pipes.")
        self._warm.stdin.write(json.dumps(given) + "\n")
        self._warm.stdin.flush()
        code = int(self._warm.stdout.readline())
        return code, self._log.read_text(errors="replace")[-6000:]

    def try_out(self, mistake: Mistake) -> tuple[str, str]:
        """Put ``mistake`` in, run its tests, take it out again; return the verdict and the log."""
        path = self.top / mistake.file
        right = path.read_text()
        path.write_text(right.replace(mistake.old, mistake.new))
        try:
            code, said = self.pytest(mistake.tests, "-x")
        finally:
            path.write_text(right)
        if code in (_FAILED, _ERRORS, -signal.SIGALRM):
            return NOTICED, said
        return (SURVIVED if code == _PASSED else BROKEN), said

    def remove(self) -> None:
        """End its process and remove the copy."""
        if self._warm.stdin is not None:
            self._warm.stdin.close()
        self._warm.wait()
        shutil.rmtree(self.top, ignore_errors=True)


def _files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=TOP,
        check=True,
        capture_output=True,
        text=True,
    )
    return [name for name in listed.stdout.splitlines() if (TOP / name).is_file()]


def _own(environ: dict[str, str], number: int) -> dict[str, str]:
    own = {}
    for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL"):
        if name in environ:
            own[name] = urlunsplit(urlsplit(environ[name])._replace(path=f"/mutants_{number}"))
    own["REDIS_URL"] = urlunsplit(urlsplit(environ["REDIS_URL"])._replace(path=f"/{number}"))
    return own


def _chosen(names: Sequence[str]) -> list[Mistake]:
    listed = mistakes()
    if not names:
        return listed
    chosen = [one for one in listed if {one.area, one.key, one.pattern} & set(names)]
    known = {word for one in listed for word in (one.area, one.key, one.pattern)}
    if unknown := set(names) - known:
        sys.exit(f"No such area, mistake or pattern: {', '.join(sorted(unknown))}")
    return chosen


def main() -> int:
    """Return 0 where enough of the mistakes are noticed, else 1."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="AREA | AREA.NAME | PATTERN")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="say what there is, and run nothing")
    parser.add_argument("--unchecked", action="store_true", help="skip the run without mistakes")
    given = parser.parse_args()
    chosen = _chosen(given.names)
    if given.list:
        for one in chosen:
            print(f"{one.key:44} {one.pattern:8} {one.means}")
        return 0
    if faults := [fault for one in chosen for fault in one.faults()]:
        print(*faults, sep="\n")
        return 1
    with ExitStack() as stack:
        environ = {name: os.environ[name] for name in _ADDRESSES if os.environ.get(name)}
        if wanted := missing(environ):
            environ |= stack.enter_context(throwaway(wanted))
        copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
        for number in range(1, max(1, given.workers) + 1):
            copy = Copy(number, environ)
            stack.callback(copy.remove)
            copies.put(copy)
        return _run(chosen, copies, given.workers, checked=not given.unchecked)


_ADDRESSES = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "DATABASE_APP_ROLE", "REDIS_URL")


def _run(
    chosen: Sequence[Mistake], copies: "queue.SimpleQueue[Copy]", workers: int, *, checked: bool
) -> int:
    verdicts: dict[str, str] = {}
    lock = threading.Lock()

    def right(tests: Sequence[str]) -> str:
        copy = copies.get()
        try:
            code, said = copy.pytest(tests)
        finally:
            copies.put(copy)
        return "" if code == _PASSED else said

    def one(mistake: Mistake) -> None:
        copy = copies.get()
        try:
            verdict, said = copy.try_out(mistake)
        finally:
            copies.put(copy)
        with lock:
            verdicts[mistake.key] = verdict
            place = f"{len(verdicts)}/{len(chosen)}"
            print(f"{place:>8}  {verdict:8}  {mistake.key}", flush=True)
            if verdict != NOTICED:
                print(f"          {mistake.means}\n          {mistake.file}: {mistake.new!r}")
            if verdict == BROKEN:
                print(said)

    with ThreadPoolExecutor(workers) as pool:
        if checked:
            tests = sorted({test for mistake in chosen for test in mistake.tests})
            parts = [tests[place::workers] for place in range(workers)]
            if red := [said for said in pool.map(right, filter(None, parts)) if said]:
                print(*red, "The tests are not green without any mistake.", sep="\n")
                return 1
        list(pool.map(one, chosen))
    return _tell(chosen, verdicts)


def _tell(chosen: Sequence[Mistake], verdicts: dict[str, str]) -> int:
    noticed = [one for one in chosen if verdicts[one.key] == NOTICED]
    print()
    for what in ("area", "pattern"):
        every = Counter(getattr(one, what) for one in chosen)
        good = Counter(getattr(one, what) for one in noticed)
        for name, number in sorted(every.items()):
            print(f"{what} {name}: {good[name]} of {number}")
    share = 100 * len(noticed) / max(1, len(chosen))
    print(f"\n{len(noticed)} of {len(chosen)} mistakes were noticed: {share:.1f} %")
    return 0 if share >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main())
