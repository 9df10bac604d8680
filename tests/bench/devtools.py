"""A headless Chromium and one page of it, driven through the DevTools protocol; no program, imported by bertviz.py.

Needs the package websocket-client. The browser is watched while a call waits: a page that crashes, takes more memory
than allowed or does not answer in time ends in a Failure that says so."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import urllib.request

import websocket

FLAGS = ['--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--remote-debugging-port=0',
         '--remote-allow-origins=*', '--disable-quic', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync', '--disable-extensions']


class Failure(Exception):
    pass


def field(pid, name):
    """Bytes of one line of /proc/PID/status; 0 when the process went."""
    try:
        for line in pathlib.Path(f'/proc/{pid}/status').read_text().splitlines():
            if line.startswith(name + ':'):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def available():
    """Bytes of memory that the machine can still give."""
    for line in pathlib.Path('/proc/meminfo').read_text().splitlines():
        if line.startswith('MemAvailable:'):
            return int(line.split()[1]) * 1024
    return 1 << 62


class Browser:
    def __init__(self, program='chromium', size=(1280, 800), most_memory=12e9, least_free=2e9):
        self.folder = tempfile.mkdtemp(prefix='devtools-')
        self.most_memory, self.least_free, self.next_id, self.peak, self.socket = most_memory, least_free, 0, 0, None
        width, height = size
        command = [program, *FLAGS, f'--window-size={width},{height}', '--user-data-dir=' + self.folder, 'about:blank']
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        start_new_session=True)
        try:
            pages = json.load(urllib.request.urlopen(f'http://127.0.0.1:{self.port()}/json/list'))
            page = next(p for p in pages if p['type'] == 'page')
            self.socket = websocket.create_connection(page['webSocketDebuggerUrl'], max_size=None, timeout=0.2)
            for domain in ('Page', 'Runtime', 'Inspector'):
                self.call(domain + '.enable')
            self.call('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=1,
                      mobile=False)
        except BaseException:
            self.close()
            raise

    def port(self):
        path, end = pathlib.Path(self.folder, 'DevToolsActivePort'), time.monotonic() + 30
        while time.monotonic() < end:
            if path.exists() and '\n' in path.read_text():
                return int(path.read_text().split('\n')[0])
            time.sleep(0.05)
        raise Failure('the browser did not start')

    def renderers(self):
        """Processes of this browser that run pages."""
        found = []
        for folder in pathlib.Path('/proc').glob('[0-9]*'):
            try:
                line = (folder / 'cmdline').read_bytes()
                if b'--type=renderer' in line and os.getpgid(int(folder.name)) == self.process.pid:
                    found.append(int(folder.name))
            except OSError:
                pass
        return found

    def memory(self):
        """(resident now, most so far) of the largest renderer, bytes."""
        sizes = [(field(pid, 'VmRSS'), field(pid, 'VmHWM')) for pid in self.renderers()]
        now, peak = max(sizes, default=(0, 0))
        self.peak = max(self.peak, peak)
        return now, self.peak

    def watch(self):
        now, _ = self.memory()
        if now > self.most_memory:
            raise Failure(f'stopped: the renderer had {now / 1e9:.1f} GB')
        if available() < self.least_free:
            raise Failure(f'stopped: the machine was nearly out of memory, the renderer had {now / 1e9:.1f} GB')

    def receive(self, end):
        """The next message, or None when none came in a while."""
        self.watch()
        if time.monotonic() > end:
            raise Failure('not done in time')
        try:
            message = json.loads(self.socket.recv())
        except websocket.WebSocketTimeoutException:
            return None
        except (websocket.WebSocketException, OSError) as e:
            raise Failure(f'the browser went: {e}') from e
        if message.get('method') in ('Inspector.targetCrashed', 'Inspector.detached'):
            raise Failure(f'the page crashed; its renderer had had {self.peak / 1e9:.1f} GB')
        if message.get('method') == 'Runtime.exceptionThrown':
            details = message['params']['exceptionDetails']
            text = details.get('exception', {}).get('description', details['text']).split('\n')[0]
            raise Failure('the page\'s script failed: ' + text)
        return message

    def send(self, method, **params):
        self.next_id += 1
        self.socket.send(json.dumps({'id': self.next_id, 'method': method, 'params': params}))
        return self.next_id

    def call(self, method, end=None, **params):
        end = end or time.monotonic() + 30
        number = self.send(method, **params)
        while True:
            message = self.receive(end)
            if message and message.get('id') == number:
                if 'error' in message:
                    raise Failure(f'{method}: {message["error"]["message"]}')
                return message['result']

    def evaluate(self, expression, end=None):
        """The value of an expression, awaited when it is a promise."""
        result = self.call('Runtime.evaluate', end, expression=expression, awaitPromise=True, returnByValue=True)
        if 'exceptionDetails' in result:
            thrown = result['exceptionDetails'].get('exception', {}).get('description', 'an exception')
            raise Failure(thrown.split('\n')[0])
        return result['result'].get('value')

    def close(self):
        if self.socket:
            self.socket.shutdown()
        try:
            os.killpg(self.process.pid, 9)
        except ProcessLookupError:
            pass
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
