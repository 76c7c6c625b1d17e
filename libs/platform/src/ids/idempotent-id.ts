/**
 * Ids that clients leave out: a retry with the same Idempotency-Key meets the same aggregate.
 */
import { uuidV5 } from './uuid-v5';

/** Namespace of all ids made here; fixed for ever, since ids of old events come from it. */
const NAMESPACE = '6f0f5f3a-7c53-5b0e-9d55-0a4c1e2b7d10';

/** The only tenant of embedded mode. */
export const DEFAULT_TENANT = 'default';

/**
 * Id of an aggregate whose id the client left out: prefix and UUIDv5 of (tenant, key).
 *
 * @param prefix with its underscore: `card_`, `pay_`, `mer_`
 * @param tenant non-empty, without line feeds
 * @param key the request's Idempotency-Key
 * @returns the same id for the same three arguments, for ever
 */
export const idFromIdempotencyKey = (prefix: string, tenant: string, key: string): string =>
  `${prefix}${uuidV5(NAMESPACE, `${tenant}\n${key}`)}`;
