/**
 * A point in a topology where records of one type pass.
 */
import type { Receiver, StreamRecord } from './stream-record';
import type { Wiring } from './wiring';

/** Makes the receiver of one operator for one lane. */
export type Connector<V> = (wiring: Wiring) => Receiver<V>;

/** A typed outlet; wiring it for a lane instantiates everything behind it, once. */
export class StreamNode<V> {
  readonly #connectors: Connector<V>[] = [];
  readonly #wired = new WeakMap<Wiring, Receiver<V>>();

  constructor(readonly id: string) {}

  attach(connector: Connector<V>): void {
    this.#connectors.push(connector);
  }

  /** The receiver for one lane; a merge is reached from two sides and gets the same one. */
  outlet(wiring: Wiring): Receiver<V> {
    const known = this.#wired.get(wiring);
    if (known !== undefined) return known;
    const receiver = fanOut(this.#connectors.map((connect) => connect(wiring)));
    this.#wired.set(wiring, receiver);
    return receiver;
  }
}

const fanOut = <V>(receivers: readonly Receiver<V>[]): Receiver<V> => {
  const [only, ...others] = receivers;
  if (only === undefined) return () => {};
  if (others.length === 0) return only;
  return (record: StreamRecord<V>) => {
    for (const receive of receivers) receive(record);
  };
};
