import { connectFailure, requestFailure } from './failure-kinds';
import { checkCode } from './protocol-errors';
import {
  KafkaAuthenticationError,
  KafkaTlsError,
  RequestFailedError,
} from './request-failed.errors';

const error = (fields: object): Error => Object.assign(new Error('as sent'), fields);
const settings = {
  tls: true,
  sasl: { mechanism: 'plain', username: 'u', password: 'secret' },
} as const;

describe('a connection that could not be made', () => {
  it.each([
    ['a refused password', { name: 'KafkaJSProtocolError', type: 'SASL_AUTHENTICATION_FAILED' }],
    ['an unknown mechanism', { name: 'KafkaJSSASLAuthenticationError' }],
  ])('is named by %s, without the secret', (_, fields) => {
    const failure = connectFailure('b:1', settings, error(fields));
    expect(failure).toBeInstanceOf(KafkaAuthenticationError);
    expect(failure.retryable).toBe(false);
    expect(failure.message).not.toContain('secret');
  });

  it.each([
    { code: 'SELF_SIGNED_CERT_IN_CHAIN' },
    { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    { code: 'EPROTO' },
  ])('is a matter of trust: %p', (fields) => {
    expect(connectFailure('b:1', settings, error(fields))).toBeInstanceOf(KafkaTlsError);
  });

  it('has sent nothing when nobody listens', () => {
    const failure = connectFailure('b:1', settings, error({ code: 'ECONNREFUSED' }));
    expect(failure).toMatchObject({ kind: 'connection', mayHaveArrived: false, retryable: true });
  });
});

describe('a request that failed', () => {
  it.each([
    ['KafkaJSRequestTimeoutError', 'timeout'],
    ['KafkaJSConnectionClosedError', 'connection'],
  ])('by %s may have arrived', (name, kind) => {
    expect(requestFailure('Produce', 'b:1', error({ name }))).toMatchObject({
      kind,
      mayHaveArrived: true,
    });
  });

  it.each([
    [47, 'INVALID_PRODUCER_EPOCH', false],
    [90, 'PRODUCER_FENCED', false],
    [14, 'COORDINATOR_LOAD_IN_PROGRESS', false],
    [7, 'REQUEST_TIMED_OUT', true],
    [20, 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', true],
    [4321, 'UNKNOWN_4321', false],
  ])('with code %p is %s', (code, type, mayHaveArrived) => {
    const failed = () => checkCode('Produce', code);
    expect(failed).toThrow(RequestFailedError);
    expect(failed).toThrow(expect.objectContaining({ type, mayHaveArrived }));
  });
});
