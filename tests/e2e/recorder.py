# SPDX-License-Identifier: Apache-2.0
"""A proxy on loopback that looks at the answers that pass, for clients that are not ours. Without a look of the
caller's own it keeps their FHIR bodies."""
import gzip
import http.client
import http.server
import threading

from hubward_process import collect

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host"}


def keep(_verb, _path, answer, plain):
    collect(answer.headers.get("Content-Type", ""), plain)


class Recorder:
    """with Recorder("http://127.0.0.1:8080") as base: … talk to base …"""

    def __init__(self, target, look=keep):
        host, port = target.removeprefix("http://").split(":")

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def carry(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                connection = http.client.HTTPConnection(host, int(port), timeout=20)
                headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP}
                connection.request(self.command, self.path, body=body or None, headers=headers)
                answer = connection.getresponse()
                content = answer.read()
                plain = content
                if answer.headers.get("Content-Encoding") == "gzip":
                    plain = gzip.decompress(content)
                look(self.command, self.path, answer, plain)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    if name.lower() not in HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                connection.close()

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = carry

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
