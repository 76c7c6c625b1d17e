/** One connection through a proxy: the client's socket, the target's, and a flow each way. */
import type { Socket } from 'node:net';
import type { Direction } from './fault-proxy.port';
import { Flow, type Inspect } from './flow';
import type { Link } from './link';

/** Looks at both directions of one connection. */
export type Inspector = { readonly [D in Direction]?: Inspect };

/** A connection's parts. */
export interface ConnectionParts {
  readonly client: Socket;
  readonly target: Socket;
  readonly links: { readonly [D in Direction]: Link };
  readonly inspector?: Inspector | undefined;
  /** Both sockets are closed. */
  readonly onClosed: (connection: Connection) => void;
}

/** Two sockets that are one connection to those at its ends. */
export class Connection {
  readonly #client: Socket;
  readonly #target: Socket;
  readonly #flows: { readonly [D in Direction]: Flow };
  #isOver = false;

  constructor({ client, target, links, inspector, onClosed }: ConnectionParts) {
    this.#client = client;
    this.#target = target;
    const reset = (): void => {
      this.reset();
    };
    this.#flows = {
      toTarget: new Flow(links.toTarget, {
        source: client,
        destination: target,
        inspect: inspector?.toTarget,
        reset,
      }),
      toClient: new Flow(links.toClient, {
        source: target,
        destination: client,
        inspect: inspector?.toClient,
        reset,
      }),
    };
    for (const socket of [client, target]) {
      socket.setNoDelay(true);
      // What an error means for the other side is told by the close that follows it.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#passDeathOn(socket);
        if (client.destroyed && target.destroyed) onClosed(this);
      });
    }
  }

  /** Passes on what the levers let pass now. */
  drain(): void {
    for (const flow of this.#bothFlows()) flow.drain();
  }

  release(): void {
    for (const flow of this.#bothFlows()) flow.release();
  }

  hurry(): void {
    for (const flow of this.#bothFlows()) flow.hurry();
  }

  /**
   * Ends both sides politely (FIN) and passes nothing on any more.
   * @returns false when it was over already
   */
  end(): boolean {
    const wasOver = this.#stop();
    this.#client.end();
    this.#target.end();
    return !wasOver;
  }

  /**
   * Resets both sides (RST).
   * @returns false when it was over already
   */
  reset(): boolean {
    const wasOver = this.#stop();
    for (const socket of [this.#client, this.#target]) {
      if (socket.destroyed) continue;
      // Node cannot reset a socket whose FIN is on its way: EINVAL, and its handle stays for ever.
      if (socket.writableEnded && !socket.writableFinished) socket.destroy();
      else socket.resetAndDestroy();
    }
    return !wasOver;
  }

  destroy(): void {
    this.#stop();
    this.#client.destroy();
    this.#target.destroy();
  }

  #stop(): boolean {
    const wasOver = this.#isOver;
    this.#isOver = true;
    for (const flow of this.#bothFlows()) flow.stop();
    return wasOver;
  }

  /** A socket that closed before both directions ended was reset, or gave up on us. */
  #passDeathOn(socket: Socket): void {
    if (this.#isOver) return;
    const { toTarget, toClient } = this.#flows;
    const [from, to] = socket === this.#client ? [toTarget, toClient] : [toClient, toTarget];
    if (!(from.endTaken && to.endPassed)) from.sourceDied();
  }

  #bothFlows(): readonly Flow[] {
    return [this.#flows.toTarget, this.#flows.toClient];
  }
}
