# SPDX-License-Identifier: Apache-2.0
"""The real program as a client and an operator meet it. Shares no code with the server."""
import hashlib
import http.client
import json
import os
import pathlib
import resource
import signal
import subprocess
import tempfile
import threading
import time
import uuid

# How many times longer than a goal says something may take here. A goal is for a machine that does nothing else;
# ctest gives more, for it runs several tests at once on machines that nobody knows. What must be right is never
# relaxed by it, only what must be quick.
PATIENCE = float(os.environ.get("HUBWARD_PATIENCE", "1"))
LATER = (408, 429, 503)  # nobody knows whether it was done; the same key asked again tells


class Hubward:
    """One data folder and, between start() and stop() or kill(), one server on a free port."""

    def __init__(self, binary, settings=()):
        self.binary = binary
        self.temp = tempfile.TemporaryDirectory(prefix="hubward-e2e-")
        self.folder = self.temp.name
        self.options = []
        for setting in (f"storage.data={self.folder}/data",
                        f"storage.master_key_file={self.folder}/master.key",
                        f"storage.token_key_file={self.folder}/token.key", *settings):
            self.options += ["--set", setting]
        self.process = None
        self.port = 0
        self.log = []
        self.environment = {}  # of the server, over our own
        self.files_max = 0     # that it may have open; 0 for as many as we may
        self.run("keys", "init")

    def run(self, *arguments, check=True):
        """A subcommand on this folder: (exit code, stdout)."""
        done = subprocess.run([self.binary, *arguments, *self.options], capture_output=True, text=True,
                              timeout=300, check=False)
        if check and done.returncode != 0:
            raise RuntimeError(f"hubward {' '.join(arguments)}: {done.returncode}\n{done.stderr}")
        return done.returncode, done.stdout

    def restore(self, backup, into):
        """Fills a new folder from a backup; the finished process."""
        return subprocess.run([self.binary, "restore", backup, "--into", into], capture_output=True,
                              text=True, timeout=300, check=False)

    def token(self, role, subject, ttl="90d"):
        return self.run("token", "mint", "--role", role, "--subject", subject, "--ttl", ttl)[1].strip()

    def start(self):
        self.process = subprocess.Popen(
            [self.binary, "serve", "--port", "0", "--log-format", "json", *self.options],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ, **self.environment},
            preexec_fn=self._few_files if self.files_max else None)
        self.port = 0
        for line in self.process.stderr:
            self.log.append(line)
            if not line.startswith("{"):  # a sanitizer speaks: what it says is the failure
                said = line + self.process.stderr.read()
                raise RuntimeError(f"no server: exit {self.process.wait()}\n{said}")
            entry = json.loads(line)
            if entry.get("msg") == "serving":
                self.port = entry["port"]
                break
        if not self.port:
            raise RuntimeError(f"no server: exit {self.process.wait()}\n{''.join(self.log[-5:])}")
        # Somebody must read on, or the pipe fills and the server waits for it.
        self.reader = threading.Thread(target=self._drain, args=(self.process.stderr,), daemon=True)
        self.reader.start()

    def _few_files(self):
        resource.setrlimit(resource.RLIMIT_NOFILE, (self.files_max, self.files_max))

    def _drain(self, stream):
        for line in stream:
            self.log.append(line)

    def how_it_ended(self, wait=5, lines=80):
        """For whoever finds the server gone: exit or signal, what it said last, and what the machine was like. Empty
        while it lives."""
        try:
            code = self.process.wait(timeout=wait)  # one that dies takes its time
        except subprocess.TimeoutExpired:
            return ""
        self.reader.join(timeout=wait)  # its last line is in the log
        how = f"exit {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"
        return (f"the server had ended by itself: {how}; {machine(self.folder)}\n"
                f"its last lines:\n{''.join(self.log[-lines:])}{killed_for_memory(self.process.pid)}")

    def kill(self):
        """kill -9 of a server that lives: one that is gone already has met a fault, or its sanitizer has."""
        if self.process.poll() is not None:
            raise RuntimeError(self.how_it_ended())
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def close(self):
        if self.process and self.process.poll() is None:
            self.kill()
        self.temp.cleanup()

    def client(self, token=""):
        return Client(self.port, token)


def machine(folder):
    """What may have ended a server from outside: load, memory and room, as they are now."""
    memory = dict(line.split(":") for line in pathlib.Path("/proc/meminfo").read_text("ascii").splitlines())
    room = os.statvfs(folder) if os.path.isdir(folder) else None
    return (f"load {os.getloadavg()[0]:.0f}, {int(memory['MemAvailable'].split()[0]) >> 10} MiB of memory free, "
            + (f"{room.f_bavail * room.f_frsize >> 20} MiB of disk free" if room else "its folder is gone"))


def killed_for_memory(pid):
    """The kernel's word for it, where we may read it."""
    said = subprocess.run(["dmesg"], capture_output=True, text=True, errors="replace", check=False).stdout
    return "".join(f"{line}\n" for line in said.splitlines() if f"Killed process {pid} " in line)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


def collect(content_type, body):
    """Keeps a FHIR body for tests/fhir, when the folder for them is named."""
    folder = os.environ.get("HUBWARD_FHIR_BODIES")
    if folder and body and content_type.startswith("application/fhir+json"):
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, hashlib.sha256(body).hexdigest() + ".json"), "wb") as file:
            file.write(body)


class Client:
    """One connection. Trouble below HTTP is OSError or http.client.HTTPException."""

    def __init__(self, port, token):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20 * PATIENCE)
        self.token = token

    def send(self, verb, path, body=None, headers=None, key=None, keep=True):
        """keep: whether a FHIR body in the answer must be valid; not when it gives back what was not."""
        all_headers = dict(headers or {})
        if self.token:
            all_headers["Authorization"] = f"Bearer {self.token}"
        if verb == "POST" and "X-Request-Id" not in all_headers:
            all_headers["Idempotency-Key"] = key or str(uuid.uuid4())
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        if body is not None:
            all_headers.setdefault("Content-Type", "application/json")
        self.connection.request(verb, path, body=body, headers=all_headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if keep and not answer.headers.get("Content-Encoding"):
            collect(answer.headers.get("Content-Type", ""), content)
        return Answer(answer.status, answer.headers, content)

    def get(self, path):
        return self.send("GET", path)

    def post(self, path, body=None, key=None):
        return self.send("POST", path, body, key=key)

    def put(self, path, body):
        return self.send("PUT", path, body)

    def insist(self, path, body=None, key=None):
        """A POST that is asked again under one key while the server says "later"; the last answer."""
        key, end = key or str(uuid.uuid4()), time.monotonic() + 30 * PATIENCE
        while (answer := self.post(path, body, key=key)).status in LATER and time.monotonic() < end:
            time.sleep(0.1)
        return answer

    def pages(self, path):
        """Every item of a list, by its cursor."""
        target = path + ("&" if "?" in path else "?") + "limit=200"
        while target:
            answer = self.get(target)
            if answer.status != 200:
                raise RuntimeError(f"{target}: {answer.status} {answer.body!r}")
            yield from answer.json()["items"]
            link = answer.headers.get("Link", "")
            target = link[1:link.index(">")] if link else ""


def binary_from(environment=os.environ):
    binary = environment.get("HUBWARD_BINARY", "")
    if not os.access(binary, os.X_OK):
        raise SystemExit("HUBWARD_BINARY must name the built program")
    return binary


class Checks:
    """Counts what was found; `done` ends the program with what the house expects of a test."""

    def __init__(self, quiet=False):
        self.passed, self.failed, self.quiet = 0, 0, quiet

    def that(self, truth, text):
        if truth:
            self.passed += 1
        else:
            self.failed += 1
            if not self.quiet:
                print(f"FAILED {text}", flush=True)
        return bool(truth)

    def done(self):
        print(f"{self.passed} passed, {self.failed} failed")
        raise SystemExit(1 if self.failed else 0)
