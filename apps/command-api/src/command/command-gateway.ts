/**
 * One command from a handler to the owner and its outcome back as an HTTP answer.
 */
import { EVENT_LOG, type EventLog } from '@millrace/event-log';
import type {
  CommandOutcome,
  CommandRuntime,
  DomainCommand,
  VersionedRow,
} from '@millrace/event-sourcing';
import {
  DEFAULT_TENANT,
  encodePosition,
  type FastifyReply,
  fingerprintOf,
  httpProblems,
  type JsonValue,
  ProblemError,
} from '@millrace/platform';
import { Inject, Injectable } from '@nestjs/common';
import { COMMAND_RUNTIME } from '../runtime/command-runtime.port';
import type { CallContext } from './call-context';
import { commandProblems } from './command-api.errors';
import { etagOf } from './command-headers';
import { problemOfRejection } from './problem-table';

/** An outcome that the log has taken. */
export type Applied<R extends VersionedRow> = Extract<
  CommandOutcome<R>,
  { kind: 'accepted' | 'unchanged' }
>;

/** A resource as it is answered. */
export interface Resource {
  /** 200 or 201 for a command that was decided now or is replayed. */
  readonly status: number;
  /** Path of the resource. */
  readonly location: string;
  readonly body: unknown;
}

/** A command with all that surrounds it. */
export interface Call<R extends VersionedRow> {
  readonly aggregate: 'card' | 'merchant';
  readonly aggregateId: string;
  readonly command: DomainCommand;
  /** Method and path with ids: the scope of the Idempotency-Key. */
  readonly scope: string;
  /** The parsed body, for the fingerprint. */
  readonly body: JsonValue;
  readonly context: CallContext;
  readonly causationId?: string;
  readonly resourceOf: (outcome: Applied<R>) => Resource;
}

/** Submits commands to the owner in this process. */
@Injectable()
export class CommandGateway {
  constructor(
    @Inject(COMMAND_RUNTIME) private readonly runtime: CommandRuntime,
    @Inject(EVENT_LOG) private readonly log: EventLog,
  ) {}

  /**
   * Decides and answers: after the commit, with `ETag`, `Location`, `Millrace-Position` and, for
   * the answer of an earlier request, `Idempotent-Replayed: true`.
   *
   * @throws ProblemError the rejection, by `problemTable`; CodedError of the runtime
   */
  async answer<R extends VersionedRow>(reply: FastifyReply, call: Call<R>): Promise<void> {
    this.#requireExisting(call);
    const outcome = await this.runtime.submit<R>(requestOf(call));
    if (outcome.kind === 'rejected') throw rejection(outcome);
    const resource = call.resourceOf(outcome);
    if (outcome.replayed) reply.header('idempotent-replayed', 'true');
    if (outcome.position !== undefined) {
      const { incarnation } = this.log;
      reply.header('millrace-position', encodePosition({ incarnation, ...outcome.position }));
    }
    await reply
      .code(resource.status)
      .header('etag', etagOf(outcome.version))
      .header('location', resource.location)
      .send(resource.body);
  }

  #requireExisting(call: Pick<Call<VersionedRow>, 'aggregate' | 'aggregateId' | 'context'>): void {
    if (call.context.headers.expected !== 'any') return;
    if (this.runtime.read(call.aggregate, call.aggregateId) !== undefined) return;
    const detail = 'If-Match: * asks for a resource that exists, and there is none';
    throw new ProblemError(commandProblems.VERSION_MISMATCH, detail);
  }
}

const requestOf = <R extends VersionedRow>(call: Call<R>) => {
  const { idempotencyKey, expected } = call.context.headers;
  return {
    aggregate: call.aggregate,
    aggregateId: call.aggregateId,
    command: call.command,
    traceparent: call.context.trace.traceparent,
    ...(idempotencyKey === undefined ? {} : idempotency(call, idempotencyKey)),
    ...(typeof expected === 'number' ? { ifMatch: expected } : {}),
    ...(call.causationId === undefined ? {} : { causationId: call.causationId }),
  };
};

// The id is a hash of its parts: of bounded length, and the log keeps nothing a client chose.
const idempotency = (call: Pick<Call<VersionedRow>, 'scope' | 'body'>, key: string) => ({
  commandId: fingerprintOf([DEFAULT_TENANT, call.scope, key]).slice(0, 32),
  fingerprint: fingerprintOf(call.body).slice(0, 32),
});

const rejection = (
  outcome: Extract<CommandOutcome, { readonly kind: 'rejected' }>,
): ProblemError => {
  const kind = problemOfRejection(outcome.code);
  if (kind === undefined) {
    const cause = new Error(`rejection ${outcome.code} has no problem`);
    return new ProblemError(httpProblems.HTTP_INTERNAL, 'the rejection has no name', { cause });
  }
  const replayed = outcome.replayed ? { 'idempotent-replayed': 'true' } : {};
  const versioned = (outcome.version ?? 0) > 0 ? { etag: etagOf(outcome.version ?? 0) } : {};
  return new ProblemError(kind, outcome.detail, { headers: { ...replayed, ...versioned } });
};
