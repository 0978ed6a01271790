"""The demo of `make demo` tells its story to the end; it fails by itself where a command says something else."""
import os

from installed import ROOT, run
from world import Failure


def test_demo_tells_its_story(installed):
  said = run(os.path.join(ROOT, "contrib/demo"), POSTVAGT=installed.program)
  if said.count("\n$ ") < 12:
    raise Failure(f"the demo is cut short:\n{said}")
