// The live line. It comes back by itself; whoever listens asks for everything anew each time.
import { backoffMs } from "./backoff";
import type { Message } from "./types";

export type Line = "connecting" | "open" | "lost";

export interface Listener {
  line(state: Line): void;
  message(message: Message): void;
}

function parse(data: unknown): Message | null {
  if (typeof data !== "string") return null;
  try {
    const message = JSON.parse(data) as Message;
    return typeof message.type === "string" ? message : null;
  } catch {
    return null;
  }
}

export function openSocket(listener: Listener): void {
  let tries = 0;
  const connect = (): void => {
    const url = new URL("/ws", location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    socket.onmessage = (event: MessageEvent<unknown>) => {
      const message = parse(event.data);
      if (message === null) return;
      if (message.type === "hello") {
        tries = 0;
        listener.line("open");
      }
      listener.message(message);
    };
    socket.onclose = () => {
      listener.line("lost");
      setTimeout(connect, backoffMs(tries, Math.random()));
      tries += 1;
    };
  };
  listener.line("connecting");
  connect();
}
