/**
 * What passes between the main thread and PGlite's worker.
 */
import type { PgResult, PgValue } from '../pg-client.port';

/** How the worker is started. `create` makes the database and ends; `serve` opens one. */
export interface WorkerSetup {
  readonly mode: 'create' | 'serve';
  readonly dataFolder: string;
}

/** One statement, or the end. */
export type WorkerRequest =
  | {
      readonly kind: 'query';
      readonly id: number;
      readonly text: string;
      readonly params: readonly PgValue[];
    }
  | { readonly kind: 'close' };

/** Answers in the order of the requests. */
export type WorkerAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly id: number; readonly result: PgResult }
  | {
      readonly kind: 'failed';
      readonly id: number;
      readonly sqlState: string;
      readonly message: string;
    };
