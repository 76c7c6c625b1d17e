/** Responses that an HTTP fault proxy gives in place of the target's. */
import type { FaultCounter } from './fault-counts';

/** What to answer, to which requests, how often. */
export interface InjectedResponse {
  /** 200 to 599. */
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is, with its length; empty when left out. */
  readonly body?: string | Buffer;
  /** Every request when left out. */
  readonly match?: {
    readonly method?: string;
    /** Tested on the path with its query. */
    readonly path?: RegExp;
  };
  /** Requests; without bound when left out. */
  readonly times?: number;
  /**
   * True: the target gets the request first, its answer is dropped (it has done what the client
   * is told has failed). False or left out: the target never hears of it.
   */
  readonly afterTarget?: boolean;
}

/** A response that was asked for, and how often it was given. */
export interface Injection {
  readonly hits: number;
}

/** What is matched. */
export interface RequestLine {
  readonly method: string;
  readonly path: string;
}

interface Waiting {
  readonly response: InjectedResponse;
  left: number;
  hits: number;
}

/** All responses that one proxy is to inject. */
export class InjectedResponses {
  #waiting: Waiting[] = [];

  constructor(readonly counter: () => FaultCounter) {}

  /** @throws RangeError when the status is no final HTTP status */
  add(response: InjectedResponse): Injection {
    const { status, times = Number.POSITIVE_INFINITY } = response;
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new RangeError(`respond: status ${status}; 200 to 599 is wanted`);
    }
    const waiting: Waiting = { response, left: times, hits: 0 };
    this.#waiting.push(waiting);
    return waiting;
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The first one asked for that fits, used once; undefined = the target answers. */
  take(line: RequestLine): InjectedResponse | undefined {
    const waiting = this.#waiting.find(({ left, response }) => left > 0 && fits(response, line));
    if (waiting === undefined) return undefined;
    waiting.left -= 1;
    waiting.hits += 1;
    this.counter().hits.responses += 1;
    return waiting.response;
  }
}

const fits = ({ match }: InjectedResponse, { method, path }: RequestLine): boolean => {
  if (match?.method !== undefined && match.method.toUpperCase() !== method) return false;
  // A pattern with the flag g would remember where it stopped: search starts anew each time.
  return match?.path === undefined || path.search(match.path) >= 0;
};
