# SPDX-License-Identifier: Apache-2.0
"""A receiver of webhooks, written from the public text of Standard Webhooks. Shares no code with the server."""
import base64
import hashlib
import hmac
import http.server
import json
import os
import ssl
import subprocess
import threading
import time

from hubward_process import PATIENCE

TOLERANCE = 5 * 60  # seconds that a message may be old or ahead


class Unverified(Exception):
    """It is not from whom it says, or not as it was sent, or too old."""


def verify(secret, headers, body, now=None):
    """The message of a request, or Unverified. secret: whsec_… as its owner was given it."""
    if not secret.startswith("whsec_"):
        raise Unverified("the secret has no prefix")
    key = base64.b64decode(secret[len("whsec_"):], validate=True)
    if not 24 <= len(key) <= 64:
        raise Unverified(f"a secret of {len(key)} bytes")
    name, timestamp = headers.get("webhook-id"), headers.get("webhook-timestamp")
    signatures = headers.get("webhook-signature")
    if not name or not timestamp or not signatures or "." in name:
        raise Unverified("a header is missing")
    if abs((now or time.time()) - int(timestamp)) > TOLERANCE:
        raise Unverified("too old or ahead")
    signed = f"{name}.{timestamp}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    for one in signatures.split(" "):
        version, _, given = one.partition(",")
        if version == "v1" and hmac.compare_digest(given, wanted):
            return json.loads(body)
    raise Unverified("no signature fits")


def certificate(folder, name):
    """A self-signed certificate for this machine: the paths of certificate and key."""
    cert, key = os.path.join(folder, f"{name}.pem"), os.path.join(folder, f"{name}.key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out",
         cert], check=True, capture_output=True)
    return cert, key


class Taken:
    def __init__(self, path, headers, body):
        self.path, self.headers, self.body, self.at = path, headers, body, time.monotonic()

    @property
    def name(self):
        return self.headers["webhook-id"]

    @property
    def sequence(self):
        return int(json.loads(self.body)["sequence"])


class Receiver:
    """Keeps all that comes. `answer` decides: a status, or (status, headers), of the nth request (from 0)."""

    def __init__(self, cert, key):
        self.all, self.changed = [], threading.Condition()
        self.answer = lambda n, taken: 204
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                taken = Taken(self.path, self.headers, body)
                with receiver.changed:
                    receiver.all.append(taken)
                    number = len(receiver.all) - 1
                    receiver.changed.notify_all()
                answer = receiver.answer(number, taken)
                status, more = answer if isinstance(answer, tuple) else (answer, {})
                self.send_response(status)
                for header, value in more.items():
                    self.send_header(header, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # a sender that was killed
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True,
                                                 do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path="/hook", host="127.0.0.1"):
        return f"https://{host}:{self.port}{path}"

    def of(self, path):
        with self.changed:
            return [taken for taken in self.all if taken.path == path]

    def wait(self, path, count, seconds=20):
        """Until so many came to this path, or the time is over; what came."""
        until = time.monotonic() + seconds * PATIENCE
        with self.changed:
            while True:
                found = [taken for taken in self.all if taken.path == path]
                left = until - time.monotonic()
                if len(found) >= count or left <= 0:
                    return found
                self.changed.wait(left)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
