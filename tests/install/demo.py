"""The demos of `make demo` and `make demo-mail` tell their stories to the end; they fail by themselves where a command says something else."""
import os

from installed import ROOT, run
from world import Failure


def test_demo_tells_its_story(installed):
  said = run(os.path.join(ROOT, "contrib/demo"), POSTVAGT=installed.program)
  if said.count("\n$ ") < 12:
    raise Failure(f"the demo is cut short:\n{said}")


def test_demo_mail_tells_its_story(installed):
  """Twice: it leaves nothing behind that would be in its own way."""
  for _ in range(2):
    said = run(os.path.join(ROOT, "contrib/demo-mail"), POSTVAGT=installed.program)
    if said.count("\n$ ") < 12 or said.count("  reaches: ") != 5:
      raise Failure(f"the demo is cut short:\n{said}")
