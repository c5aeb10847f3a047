// SPDX-License-Identifier: Apache-2.0
//
// What a WebSocket feed costs on npm's ws: one message of the same size to every subscriber, made
// once. Prints its port; {"publish": n} from any client sends n of them to all.
import { WebSocketServer } from "ws";

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
const facts = "x".repeat(380);
let seq = 0;

server.on("listening", () => console.log(server.address().port));
server.on("connection", (client) => {
  client.on("message", (data) => {
    const frame = JSON.parse(data);
    if (frame.t === "subscribe") {
      client.send('{"t":"subscribed","stream":"hub/bench-0"}');
    }
    for (let i = 0; i < (frame.publish ?? 0); ++i) {
      seq += 1;
      const ns = process.hrtime.bigint();
      const text = `{"t":"event","stream":"hub/bench-0","epoch":"bench","seq":${seq},"event":{"ns":${ns},"id":"${seq}","data":"${facts}"}}`;
      for (const each of server.clients) {
        each.send(text);
      }
    }
  });
});
