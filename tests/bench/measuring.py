"""What a run of a command takes: wall time, processor time, memory, instructions."""

import os
import re
import statistics
import subprocess
import sys
import tempfile

from servers import ENV, ROOT

FOLDER = tempfile.mkdtemp(prefix="postvagt-bench.")
MEASURE, SEARCHES, WRITE = (os.path.join(FOLDER, name) for name in ("measure", "searches.so", "write"))
PATIENCE = 200  # seconds, of one run under callgrind
MEMORY_MAX = 6 << 30  # bytes: a command that takes more is stopped


def compile_c(name, target, *options):
    source = os.path.join(ROOT, "tests/bench", name)
    subprocess.run(["gcc", "-std=c11", "-D_GNU_SOURCE", "-O2", "-o", target, source, *options], check=True)


def compile_all():
    compile_c("measure.c", MEASURE)
    compile_c("searches.c", SEARCHES, "-shared", "-fPIC")
    compile_c("write.c", WRITE, "-lldap", "-llber")


class Sample:
    """What the runs of one command took: `times` in ms, `processor` in ms, `memory` in MiB (the most)."""

    def __init__(self, label, command, env=None, may_fail=False):
        self.label, self.command, self.env, self.may_fail = label, command, env or ENV, may_fail
        self.times, self.processor, self.memory, self.failed = [], [], 0, False

    def run(self, keep=True):
        out = os.path.join(FOLDER, "output")
        command = ["prlimit", f"--as={MEMORY_MAX}", MEASURE, out, *self.command]
        done = subprocess.run(command, env=self.env, stdout=subprocess.PIPE, text=True, check=True)
        nanoseconds, kib, status, microseconds = map(int, done.stdout.split())
        self.failed = status != 0
        if status and not self.may_fail:
            sys.exit(f"bench: {' '.join(self.command)} ended with {status}")
        if keep:
            self.times.append(nanoseconds / 1e6)
            self.processor.append(microseconds / 1e3)
            self.memory = max(self.memory, kib / 1024)

    @property
    def median(self):
        return statistics.median(self.times)

    @property
    def cpu(self):
        return statistics.median(self.processor)


def take_turns(samples, runs):
    for sample in samples:
        sample.run(keep=False)
    for _ in range(runs):
        for sample in samples:
            sample.run()


def instructions(command, env=None):
    """Of one run, by callgrind: as many each time, or nearly. None: it failed, or took longer than PATIENCE."""
    try:
        done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command],
                              env=env or ENV, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
                              timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return None
    found = re.search(r"Collected : (\d+)", done.stderr)
    return int(found[1]) if found and done.returncode == 0 else None
