"""A browser without a screen, driven over two pipes (Chrome DevTools Protocol): nothing but what it comes with is needed."""
import base64
import json
import os
import shutil
import subprocess
import tempfile


def program():
    return next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome")) if p), None)


class Browser:
    """with Browser(path) as b: b.open(url); b.evaluate('document.title'); b.events"""

    def __init__(self, path):
        self.home = tempfile.TemporaryDirectory(prefix="pellucid-browser-", ignore_cleanup_errors=True)
        commands, self.to = os.pipe()
        self.answers, back = os.pipe()

        def wires():  # the browser reads its commands from 3 and answers on 4
            os.dup2(commands, 100), os.dup2(back, 101)
            os.dup2(100, 3), os.dup2(101, 4)
        flags = ["--headless=new", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu", "--disable-background-networking", "--disable-sync",
                 "--disable-component-update", "--no-default-browser-check", "--hide-scrollbars", "--no-sandbox",
                 "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={self.home.name}"]
        self.process = subprocess.Popen([path, *flags, "about:blank"], preexec_fn=wires, close_fds=False, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(commands), os.close(back)
        self.buffer, self.number, self.events, self.session = b"", 0, [], None
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(t for t in targets if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.to), os.close(self.answers)
        self.home.cleanup()

    def _message(self):
        while b"\0" not in self.buffer:
            part = os.read(self.answers, 1 << 16)
            if not part:
                raise RuntimeError("the browser ended")
            self.buffer += part
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while (answer := self._message()).get("id") != self.number:
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def happened(self, *methods):
        return [e["params"] for e in self.events if e.get("method") in methods]

    def open(self, url):
        self.events.clear()
        self.call("Page.navigate", url=url)
        while not self.happened("Page.loadEventFired"):
            self.events.append(self._message())

    def evaluate(self, script):
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return answer["result"].get("value")

    def look(self, width, height, **features):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", media=features.pop("media", ""),
                  features=[{"name": name.replace("_", "-"), "value": value} for name, value in features.items()])

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]))

    def print(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)["data"]))
