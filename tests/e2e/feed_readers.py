# SPDX-License-Identifier: Apache-2.0
"""Clients of the live feed that keep their promise, over each of its three ways in.

A reader remembers the place of its last event and names it whenever it comes back. It writes down
every event, every announced loss, and everything the server should not have done.
"""
import http.client
import json
import socket
import struct
import threading
import time

from feed_client import FeedClient


class Contract:
    """/asyncapi.json as a judge of frames; also of fields that it does not name."""

    def __init__(self, document):
        import fastjsonschema  # Debian: python3-fastjsonschema
        self.document = json.loads(document)
        self._close(self.document["components"]["schemas"])
        self.judges = {name: fastjsonschema.compile(
            {"$ref": f"#/components/schemas/{name}", "components": self.document["components"]})
            for name in ("EventFrame", "ServerFrame", "Poll")}
        self.refused = fastjsonschema.JsonSchemaException

    def _close(self, schema):
        if isinstance(schema, dict):
            if "properties" in schema and isinstance(schema["properties"], dict):
                schema.setdefault("additionalProperties", False)
            for part in schema.values():
                self._close(part)
        elif isinstance(schema, list):
            for part in schema:
                self._close(part)

    def fault(self, frame):
        try:
            self.judges["EventFrame" if frame.get("t") == "event" else "ServerFrame"](frame)
            return None
        except self.refused as why:
            return f"{frame.get('t')}: {why}"


class Reader(threading.Thread):
    """One client on one stream. Subclasses know a transport."""

    def __init__(self, hubward, token, stream, contract):
        super().__init__(daemon=True)
        self.hubward, self.token, self.stream, self.contract = hubward, token, stream, contract
        self.stopping = threading.Event()
        self.position = None        # (epoch, seq) of the last event, or of the last subscribed
        self.epochs = []            # [(epoch, after, {seq: id})], a new one for each announced start
        self.losses = []            # reasons that the server gave
        self.faults = []            # what must not happen
        self.frames = 0
        self.connections = 0
        self.socket = None
        self.lock = threading.Lock()

    def run(self):
        while not self.stopping.is_set():
            try:
                self.connections += 1
                self.listen()
            except (OSError, EOFError, RuntimeError, http.client.HTTPException, ValueError):
                time.sleep(0.02)  # the server is away, or somebody cut the line: that is the point

    def cut(self):
        """Cuts the line in the middle of whatever happens, without a goodbye."""
        with self.lock:
            line, self.socket = self.socket, None
        if line:
            try:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            return True
        return False

    def hold(self, line):
        with self.lock:
            self.socket = line

    def after(self):
        return "latest" if self.position is None else f"{self.position[0]}:{self.position[1]}"

    def fault(self, text):
        if len(self.faults) < 20:
            self.faults.append(f"{type(self).__name__} {self.stream}: {text}")

    def take(self, frame):
        self.frames += 1
        fault = self.contract.fault(frame)
        if fault:
            self.fault(f"not as documented: {fault}")
        kind = frame["t"]
        if kind == "subscribed":
            self.subscribed(frame)
        elif kind == "event":
            self.event(frame)

    def subscribed(self, frame):
        place = (frame["epoch"], frame["after"])
        if frame["recovered"]:
            if place != self.position:
                self.fault(f"recovered at {place}, asked for {self.position}")
            return
        reason = frame["reason"]
        if self.position is not None:
            if reason == "fresh":
                self.fault("fresh, although a place was named")
            if reason == "epoch_changed" and frame["epoch"] == self.position[0]:
                self.fault("epoch_changed without a change")
            if reason in ("truncated", "ahead") and frame["epoch"] != self.position[0]:
                self.fault(f"{reason} of another epoch")
            self.losses.append(reason)
        self.position = place
        self.epochs.append((frame["epoch"], frame["after"], {}))

    def event(self, frame):
        epoch, seq, name = frame["epoch"], frame["seq"], frame["event"]["id"]
        if self.position is None or not self.epochs:
            return self.fault("an event before subscribed")
        known_epoch, _, events = self.epochs[-1]
        if epoch != known_epoch:
            return self.fault(f"an event of epoch {epoch} without an announcement")
        if int(frame["event"]["sequence"]) != seq or frame["event"]["source"] != f"/streams/{self.stream}":
            self.fault("sequence or source do not fit the number")
        if seq <= self.position[1]:
            if events.get(seq, name) != name:
                self.fault(f"number {seq} came again as another event")
            elif seq not in events:
                self.fault(f"number {seq} is a duplicate of one that never came")
            return None
        if seq != self.position[1] + 1:
            self.fault(f"GAP: {seq} after {self.position[1]}")
        events[seq] = name
        self.position = (epoch, seq)
        return None


class WebSocketReader(Reader):
    def listen(self):
        client = FeedClient(self.hubward.port, self.token, seconds=5)
        self.hold(client.socket)
        after = "latest" if self.position is None else {"epoch": self.position[0], "seq": self.position[1]}
        client.send({"t": "subscribe", "ref": 1, "stream": self.stream, "after": after, "window": 64})
        unacked = 0
        while not self.stopping.is_set():
            try:
                frame = client.receive()
            except socket.timeout:
                continue
            self.take(frame)
            if frame["t"] == "event":
                unacked += 1
                if unacked == 32:
                    unacked = 0
                    client.send({"t": "ack", "stream": self.stream, "seq": frame["seq"]})
            elif frame["t"] == "hb":
                client.send({"t": "hb"})


class EventStreamReader(Reader):
    def listen(self):
        line = http.client.HTTPConnection("127.0.0.1", self.hubward.port, timeout=5)
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "text/event-stream"}
        if self.position is not None:
            headers["Last-Event-ID"] = self.after()
        line.request("GET", f"/v1/streams/{self.stream}/events", headers=headers)
        self.hold(line.sock)
        answer = line.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"status {answer.status}")
        mark = None
        while not self.stopping.is_set():
            text = answer.readline()
            if not text.endswith(b"\n"):
                return  # the end, perhaps in the middle of a line: half a message is none
            if text.startswith(b"id: "):
                mark = text[4:-1].decode()
            elif text.startswith(b"data: "):
                frame = json.loads(text[6:])
                self.take(frame)
                if frame["t"] == "event" and mark != f"{frame['epoch']}:{frame['seq']}":
                    self.fault(f"id {mark} on number {frame['seq']}")


class PollReader(Reader):
    ndjson = False

    def listen(self):
        line = http.client.HTTPConnection("127.0.0.1", self.hubward.port, timeout=10)
        line.connect()
        self.hold(line.sock)
        headers = {"Authorization": f"Bearer {self.token}",
                   "Accept": "application/x-ndjson" if self.ndjson else "application/json"}
        while not self.stopping.is_set():
            line.request("GET", f"/v1/streams/{self.stream}/events?after={self.after()}&wait=2&limit=500",
                         headers=headers)
            answer = line.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"status {answer.status}")
            if self.ndjson:
                frames = [json.loads(text) for text in body.splitlines()]
            else:
                document = json.loads(body)
                frames = [document["subscribed"], *document["events"]]
            for frame in frames:
                self.take(frame)


class NdjsonReader(PollReader):
    ndjson = True
