/**
 * A command-api for tests: real HTTP on a free port, the embedded log in a folder of its own.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock, EventLog } from '@millrace/event-log';
import type { CommandRuntime } from '@millrace/event-sourcing';
import {
  createHttpApp,
  EventLogModule,
  type HttpApp,
  loadConfig,
  openEventLog,
} from '@millrace/platform';
import { CommandApiModule } from '../command-api.module';
import { COMMAND_RUNTIME } from '../runtime/command-runtime.port';

/** A request of a test. */
export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: unknown;
}

/** Its answer. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON. */
  readonly body: Record<string, unknown>;
}

/** A running command-api. */
export class RunningApi {
  private constructor(
    private readonly folder: string,
    readonly log: EventLog,
    private readonly app: HttpApp,
    readonly url: string,
  ) {}

  /** Starts one; with a folder it goes on with the log that is there. */
  static async start(options: {
    readonly clock: Clock;
    readonly folder?: string;
  }): Promise<RunningApi> {
    const folder = options.folder ?? (await mkdtemp(path.join(tmpdir(), 'command-api-')));
    const overrides = { MILLRACE_PORT: 0, MILLRACE_DATA: folder, MILLRACE_LOG_LEVEL: 'silent' };
    const config = loadConfig({}, overrides);
    const { log } = await openEventLog(config, { clock: options.clock, command: 'test' });
    const modules = [EventLogModule.using(log), CommandApiModule];
    const app = await createHttpApp(modules, config, { name: 'test', clock: options.clock });
    return new RunningApi(folder, log, app, await app.listen());
  }

  get runtime(): CommandRuntime {
    return this.app.nest.get(COMMAND_RUNTIME);
  }

  /** Sends one request. */
  async ask(asked: Asked): Promise<Answered> {
    const { method, path: at, headers = {}, body } = asked;
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(`${this.url}${at}`, {
      method,
      headers: { ...json, ...headers },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : {} };
  }

  /** Sends a POST with an Idempotency-Key. */
  post(at: string, key: string, body: unknown): Promise<Answered> {
    return this.ask({ method: 'POST', path: at, headers: { 'idempotency-key': key }, body });
  }

  /** Number of records in all lanes of a topic, barriers included. */
  async recordCount(topic: string): Promise<number> {
    const specs = await this.log.topics();
    const partitions = specs.find((spec) => spec.name === topic)?.partitions ?? 0;
    const lanes = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));
    const offsets = await this.log.offsets(lanes);
    return offsets.reduce((sum, lane) => sum + lane.endOffset, 0);
  }

  /** Stops the app and the log and gives the folder, for a second start. */
  async stop(): Promise<string> {
    await this.app.close();
    await this.log.close();
    return this.folder;
  }

  /** Stops and removes the folder. */
  async remove(): Promise<void> {
    await rm(await this.stop(), { recursive: true, force: true });
  }
}
