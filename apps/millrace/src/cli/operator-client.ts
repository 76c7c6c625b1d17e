/**
 * Speaks HTTP to the process that runs on a data folder.
 */
import { OperatorProblemError, ProcessUnreachableError } from './cli.errors';

/** Requests to one process. */
export class OperatorClient {
  /** @param baseUrl such as `http://127.0.0.1:8080` */
  constructor(
    private readonly baseUrl: string,
    private readonly folder: string,
  ) {}

  get(path: string): Promise<unknown> {
    return this.#send('GET', path);
  }

  post(path: string, body: unknown = {}): Promise<unknown> {
    return this.#send('POST', path, body);
  }

  async #send(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    const init = {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    };
    const response = await fetch(new URL(path, this.baseUrl), init).catch((error: unknown) => {
      throw new ProcessUnreachableError(this.folder, this.baseUrl, error);
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok) return answer;
    throw new OperatorProblemError(
      response.status,
      textOf(answer, 'code') ?? `HTTP_${response.status}`,
      textOf(answer, 'detail') ?? textOf(answer, 'title') ?? 'the request was refused',
    );
  }
}

const textOf = (answer: unknown, field: string): string | undefined => {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const value: unknown = Object.entries(answer).find(([name]) => name === field)?.[1];
  return typeof value === 'string' ? value : undefined;
};
