"""A shell on a terminal of its own, in which somebody types."""
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

READ = {
    "bash": ("bash --norc --noprofile -i", "PS1='> '; source {script}"),
    "zsh": ("zsh -f -i", "PROMPT='> '; autoload -Uz compinit; compinit -u -D; source {script}"),
    "fish": ("fish --no-config -i", "source {script}"),
}


class Terminal:
  """One shell with completion from `script`; `postvagt` is the first one on `path`."""

  def __init__(self, kind, script, path, folder, home):
    start, prepare = READ[kind]
    self.kind, self.log = kind, b""
    self.pid, self.fd = pty.fork()
    if self.pid == 0:
      os.chdir(folder)
      words = start.split()
      os.execvpe(words[0], words, {
          "PATH": path, "HOME": home, "LC_ALL": "C.UTF-8", "TERM": "xterm", "INPUTRC": "/dev/null",
          "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home})
    fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 250, 0, 0))
    self.read(0.8)
    self.send(prepare.format(script=script) + "\r")
    self.read(0.8)

  def send(self, text):
    os.write(self.fd, text.encode())

  def read(self, idle):
    """What comes until nothing comes for so many seconds."""
    while select.select([self.fd], [], [], idle)[0]:
      try:
        got = os.read(self.fd, 65536)
      except OSError:
        return
      self.log += got
      if b"\x1b[c" in got or b"\x1b[0c" in got:  # who are you?
        self.send("\x1b[?1;2c")

  def complete(self, typed, answer):
    """Type it, press TAB, then ENTER: what is in the file `answer` then; None: nothing was run."""
    self.log = b""
    for wait in (0.12, 0.6):  # a machine that is busy completes late
      if os.path.exists(answer):
        os.unlink(answer)
      self.send(typed)
      self.read(0.02)
      self.send("\t")
      self.read(wait)
      self.send("\r")
      late = time.monotonic() + 2
      while time.monotonic() < late:
        self.read(0.02)
        if os.path.exists(answer):
          with open(answer, "rb") as file:
            return [word.decode(errors="replace") for word in file.read().split(b"\0")[:-1]]
      self.send("\x03")
      self.read(0.2)
    return None

  def close(self):
    os.kill(self.pid, signal.SIGKILL)
    os.waitpid(self.pid, 0)
    os.close(self.fd)
