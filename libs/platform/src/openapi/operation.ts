/**
 * What a route promises, declared beside its handler: the source of the OpenAPI document.
 */
import 'reflect-metadata';
import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';

/** A header that a request may carry. */
export interface HeaderContract {
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
  readonly schema: z.ZodType;
}

/** An answer with its body's schema, if it has a body. */
export interface ResponseContract {
  readonly description: string;
  /** Name of the schema under `components.schemas`; given together with `schema`. */
  readonly name?: string;
  readonly schema?: z.ZodType;
  /** Default `application/json`. */
  readonly mediaType?: string;
  /** Headers that it carries, name to meaning. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that works (or is refused) as shown: the tests send each one, in document order. */
export interface OperationExample {
  readonly summary: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Status of the answer. */
  readonly status: number;
}

/** One operation of the API. */
export interface OperationContract {
  /** Unique in the process. */
  readonly operationId: string;
  readonly summary: string;
  readonly tag: string;
  readonly description?: string;
  /** Schemas of path parameters by name. */
  readonly path?: Readonly<Record<string, z.ZodType>>;
  readonly query?: Readonly<Record<string, z.ZodType>>;
  readonly headers?: readonly HeaderContract[];
  readonly body?: { readonly name: string; readonly schema: z.ZodType; readonly required: boolean };
  readonly responses: Readonly<Record<number, ResponseContract>>;
  /** Codes of the problems it may answer with, beside those that every route may. */
  readonly problems: readonly string[];
  readonly examples?: Readonly<Record<string, OperationExample>>;
}

/** Metadata key of a handler's contract. */
export const OPERATION = 'millrace:operation';

/** Method decorator: declares what the route promises. Every route must have one. */
export const Operation = (contract: OperationContract): MethodDecorator =>
  SetMetadata(OPERATION, contract);
