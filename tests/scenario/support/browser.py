"""A real browser, headless: Chromium, spoken to over two pipes (the DevTools protocol)."""
import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

from world import Failure

SECONDS = 120  # the longest wait for an answer, on a machine that is busy
FLAGS = ("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-dev-shm-usage "
         "--disable-background-networking --disable-component-update --disable-sync "
         "--disable-extensions --hide-scrollbars --force-color-profile=srgb --lang=en-US "
         "--font-render-hinting=none --remote-debugging-pipe").split()
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38,
        "ArrowRight": 39, "ArrowDown": 40}


def pipe(end):
  """Ours and theirs, the browser's end (0: it reads) high enough to be in nobody's way."""
  ends = os.pipe()
  theirs = fcntl.fcntl(ends[end], fcntl.F_DUPFD, 20)
  os.close(ends[end])
  return ends[1 - end], theirs


class Browser:
  """One page at a time: `with Browser() as browser`."""

  def __init__(self):
    self.number, self.buffer, self.session = 0, b"", None
    self.requests, self.said = [], []

  def __enter__(self):
    program = shutil.which("chromium")
    if not program:
      raise Failure("chromium is not installed: make deps")
    self.folder = tempfile.mkdtemp(prefix="postvagt-browser-")
    self.outward, reads = pipe(0)
    self.inward, writes = pipe(1)
    environment = {"HOME": self.folder, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
                   "TZ": "Europe/Copenhagen"}
    with open(os.path.join(self.folder, "log"), "wb") as log:
      self.process = subprocess.Popen(
          ["bash", "-c", f'exec "$0" "$@" 3<&{reads} 4>&{writes}', program, *FLAGS,
           f"--user-data-dir={self.folder}/profile", "about:blank"],
          env=environment, pass_fds=(reads, writes), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    os.close(reads)
    os.close(writes)
    target = self.call("Target.createTarget", url="about:blank")["targetId"]
    self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Runtime", "Network", "Log", "Accessibility", "DOM"):
      self.call(f"{domain}.enable")
    return self

  def __exit__(self, *_):
    os.close(self.outward)  # it ends with its pipe
    try:
      self.process.wait(20)
    except subprocess.TimeoutExpired:
      self.process.kill()
      self.process.wait()
    os.close(self.inward)
    shutil.rmtree(self.folder, ignore_errors=True)

  # The protocol: JSON, each message ended by a NUL.

  def call(self, method, **parameters):
    self.number += 1
    message = {"id": self.number, "method": method, "params": parameters}
    if self.session:
      message["sessionId"] = self.session
    data = json.dumps(message).encode() + b"\0"
    while data:
      data = data[os.write(self.outward, data):]
    return self.wait(lambda m: m.get("id") == self.number, method)

  def wait(self, is_it, what):
    end = time.monotonic() + SECONDS
    while True:
      message = self.next_message(end, what)
      self.note(message)
      if is_it(message):
        if "error" in message:
          raise Failure(f"{what}: {message['error']}")
        return message.get("result", message)

  def next_message(self, end, what):
    while b"\0" not in self.buffer:
      ready, _, _ = select.select([self.inward], [], [], max(0, end - time.monotonic()))
      data = os.read(self.inward, 1 << 20) if ready else b""
      if not data:
        with open(os.path.join(self.folder, "log"), "rb") as log:
          said = log.read().decode(errors="replace")[-1000:]
        raise Failure(f"no answer from the browser to {what}\n{said}")
      self.buffer += data
    message, _, self.buffer = self.buffer.partition(b"\0")
    return json.loads(message)

  def note(self, message):
    """What is asked of any network; what the page or its policy complains of."""
    method, parameters = message.get("method"), message.get("params", {})
    if method == "Network.requestWillBeSent":
      self.requests.append(parameters["request"]["url"])
    elif method == "Log.entryAdded":
      self.said.append(parameters["entry"]["text"])
    elif method == "Runtime.exceptionThrown":
      self.said.append(str(parameters["exceptionDetails"])[:500])
    elif method == "Runtime.consoleAPICalled":
      self.said.append(str(parameters["args"])[:500])
    elif method == "Page.javascriptDialogOpening":
      self.said.append("dialog: " + parameters["message"])

  # What a person does.

  def open(self, path, width=1280, height=900, scheme="light"):
    self.requests, self.said = [], []
    self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
              deviceScaleFactor=1, mobile=width < 600)
    self.scheme(scheme)
    self.call("Page.navigate", url=f"file://{path}")
    self.wait(lambda m: m.get("method") == "Page.loadEventFired", "the page's load")

  def scheme(self, scheme):
    self.call("Emulation.setEmulatedMedia",
              features=[{"name": "prefers-color-scheme", "value": scheme},
                        {"name": "prefers-reduced-motion", "value": "reduce"}])

  def run(self, expression):
    """The value of an expression of JavaScript, as JSON has it."""
    result = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                       awaitPromise=True)
    if "exceptionDetails" in result:
      raise Failure(f"{expression}: {result['exceptionDetails']}")
    return result["result"].get("value")

  def key(self, key, shift=False):
    for kind in ("rawKeyDown", "keyUp"):
      self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                windowsVirtualKeyCode=KEYS[key], modifiers=8 if shift else 0,
                **({"text": "\r"} if key == "Enter" and kind == "rawKeyDown" else {}))

  def type(self, text):
    self.call("Input.insertText", text=text)

  def place(self, selector):
    return self.run(f"""(() => {{
        const e = document.querySelector({json.dumps(selector)});
        e.scrollIntoView({{block: 'center', inline: 'center'}});
        const r = e.getBoundingClientRect();
        return [r.left + r.width / 2, r.top + r.height / 2]; }})()""")

  def hover(self, selector):
    x, y = self.place(selector)
    self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

  def click(self, selector):
    x, y = self.place(selector)
    for kind in ("mousePressed", "mouseReleased"):
      self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

  def touch(self, selector):
    x, y = self.place(selector)
    self.call("Emulation.setTouchEmulationEnabled", enabled=True)
    self.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
    self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

  # What is seen and heard.

  def tree(self, roles):
    """The accessibility tree: (role, name) of each node that a screen reader reads.

    Chromium builds the tree after the page has loaded, and on a busy machine a table has no role
    until it is laid out. So read it again until it has all `roles`, or SECONDS have passed.
    """
    end = time.monotonic() + SECONDS
    while True:
      nodes = self.call("Accessibility.getFullAXTree")["nodes"]
      tree = [(node["role"]["value"], node.get("name", {}).get("value", ""))
              for node in nodes if not node.get("ignored")]
      if roles <= {role for role, _ in tree} or time.monotonic() > end:
        return tree
      time.sleep(0.1)

  def picture(self, path, clip):
    data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
    with open(path, "wb") as file:
      file.write(base64.b64decode(data["data"]))

  def paper(self, path):
    data = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
    with open(path, "wb") as file:
      file.write(base64.b64decode(data["data"]))
