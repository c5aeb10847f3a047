# SPDX-License-Identifier: Apache-2.0
"""As much of RFC 6455 as a feed client needs: the handshake, text frames both ways, ping, close."""
import base64
import json
import os
import socket
import struct

from hubward_process import PATIENCE


class FeedClient:
    def __init__(self, port, token, seconds=10, path="/v1/feed", protocol="hubward.feed.v1"):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=seconds * PATIENCE)
        self.bytes = b""
        key = base64.b64encode(os.urandom(16)).decode()
        more = f"Sec-WebSocket-Protocol: {protocol}\r\n" if protocol else ""
        more += f"Authorization: Bearer {token}\r\n" if token else ""
        self.socket.sendall((
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"{more}\r\n").encode())
        while b"\r\n\r\n" not in self.bytes:
            self.more()
        head, self.bytes = self.bytes.split(b"\r\n\r\n", 1)
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise RuntimeError(head.decode())

    def more(self):
        got = self.socket.recv(65536)
        if not got:
            raise EOFError("the feed ended")
        self.bytes += got

    def send(self, frame):
        self.send_raw(json.dumps(frame).encode())

    def send_raw(self, payload, broken=False):
        """A text frame with these bytes; broken: without the mask that a client owes."""
        mask = os.urandom(4)
        bit = 0 if broken else 0x80
        size = (bytes([bit | len(payload)]) if len(payload) < 126
                else bytes([bit | 126]) + struct.pack(">H", len(payload)))
        self.socket.sendall(b"\x81" + size + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload)))

    def whole_frame(self):
        """A frame that has come as a whole, taken from what has come: opcode and payload, or nothing."""
        come, head = len(self.bytes), 2
        if come < head:
            return None
        size = self.bytes[1] & 0x7F
        if size >= 126:
            head = 4 if size == 126 else 10
            if come < head:
                return None
            size = int.from_bytes(self.bytes[2:head], "big")
        if come < head + size:
            return None
        first, payload = self.bytes[0], self.bytes[head:head + size]
        self.bytes = self.bytes[head + size:]
        return first & 0x0F, payload

    def frame(self):
        """The next frame: opcode and payload. One that has come in part is still there after a timeout."""
        while (found := self.whole_frame()) is None:
            self.more()
        return found

    def receive(self):
        """The next text message as JSON; pings are answered by nobody, the feed sends none that matter."""
        while True:
            opcode, payload = self.frame()
            if opcode == 1:
                return json.loads(payload)
            if opcode == 8:
                raise EOFError(f"the feed was closed: {payload!r}")

    def until(self, wanted, most=200):
        """Messages up to the first that `wanted` likes; that one."""
        for _ in range(most):
            message = self.receive()
            if wanted(message):
                return message
        raise RuntimeError("the awaited message did not come")

    def close(self):
        self.socket.close()
