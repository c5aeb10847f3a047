// SPDX-License-Identifier: Apache-2.0
//
// A reader of hubward.feed.v1: keeps its place, says how it stands, and comes back by itself.
export type State = "connecting" | "live" | "catching" | "offline" | "session";
export interface CloudEvent { data: { event: string; offer?: string } }

interface Options {
  stream: string;
  epoch: string;
  seq: number;
  onState: (state: State) => void;
  onMissed: () => void;  // the server cannot replay what happened meanwhile
  onEvent: (event: CloudEvent) => void;
}

type Frame =
  | { t: "hello"; heartbeat_ms: number }
  | { t: "subscribed"; recovered: boolean; epoch: string; after: number; head: number }
  | { t: "event"; epoch: string; seq: number; event: CloudEvent }
  | { t: "hb"; heads: Record<string, number> }
  | { t: "error"; problem: { status: number } }
  | { t: "bye"; code: number; retry_after_ms: number };

const waitMax = 30000;
const windowEvents = 256;

export class Feed {
  private socket: WebSocket | null = null;
  private position: { epoch: string; seq: number };
  private tries = 0;
  private retryAfter = 0;
  private lastHeard = 0;
  private beat = 20000;
  private stopped = false;
  private ackTimer: number | null = null;

  constructor(private readonly options: Options) {
    this.position = { epoch: options.epoch, seq: options.seq };
    // A link that went quiet is not live, whatever the socket thinks.
    setInterval(() => {
      if (this.socket?.readyState === WebSocket.OPEN && Date.now() - this.lastHeard > this.beat * 1.5) {
        this.socket.close();
      }
    }, 2000);
  }

  connect(): void {
    const url = new URL("/v1/feed", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new WebSocket(url, "hubward.feed.v1");
    this.lastHeard = Date.now();
    this.socket.onmessage = (message) => this.onFrame(JSON.parse(message.data as string) as Frame);
    this.socket.onclose = () => this.onClose();
  }

  stop(state: State): void {
    this.stopped = true;
    this.socket?.close();
    this.options.onState(state);
  }

  private onClose(): void {
    this.socket = null;
    if (this.stopped) return;
    this.options.onState("offline");
    const jitter = Math.random() * Math.min(waitMax, 500 * 2 ** this.tries);
    this.tries += 1;
    setTimeout(() => this.connect(), this.retryAfter + jitter);
    this.retryAfter = 0;
  }

  private say(frame: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  private ackSoon(): void {
    this.ackTimer ??= setTimeout(() => {
      this.ackTimer = null;
      this.say({ t: "ack", stream: this.options.stream, seq: this.position.seq });
    }, 200);
  }

  private onFrame(frame: Frame): void {
    this.lastHeard = Date.now();
    switch (frame.t) {
      case "hello":
        this.beat = frame.heartbeat_ms;
        this.say({ t: "subscribe", ref: 1, stream: this.options.stream, after: this.position, window: windowEvents });
        break;
      case "subscribed":
        this.tries = 0;
        if (!frame.recovered) this.options.onMissed();
        this.position = { epoch: frame.epoch, seq: frame.after };
        this.options.onState(frame.head > frame.after ? "catching" : "live");
        break;
      case "event":
        if (frame.seq <= this.position.seq) break; // a duplicate after a reconnect
        this.position = { epoch: frame.epoch, seq: frame.seq };
        this.options.onEvent(frame.event);
        this.ackSoon();
        this.options.onState("live");
        break;
      case "hb":
        this.say({ t: "hb" });
        this.options.onState((frame.heads[this.options.stream] ?? 0) > this.position.seq ? "catching" : "live");
        break;
      case "error":
        // A log-in that has ended is not a broken link: waiting would not mend it.
        if (frame.problem.status === 401 || frame.problem.status === 403) this.stop("session");
        break;
      case "bye":
        this.retryAfter = frame.retry_after_ms;
        if (frame.code === 4401) this.stop("session"); // only a person can log in again
        break;
    }
  }
}
