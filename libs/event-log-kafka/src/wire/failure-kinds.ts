/** What kafkajs' and the system's errors mean for whoever sent the request. */
import { CodedError } from '@millrace/event-log';
import type { KafkaSasl, KafkaTls } from '../kafka-options';
import {
  KafkaAuthenticationError,
  KafkaTlsError,
  RequestFailedError,
} from './request-failed.errors';

const TLS_CODES =
  /CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|SELF_SIGNED|ERR_SSL|ERR_TLS|EPROTO|HOSTNAME/;
const TLS_WORDS = /certificate|SSL|TLS|wrong version number|altname/i;
const AUTH_TYPES = /^SASL_AUTHENTICATION_FAILED$|^UNSUPPORTED_SASL_MECHANISM$|^ILLEGAL_SASL_STATE$/;

interface Described {
  readonly name: string;
  readonly message: string;
  readonly type: string;
  readonly code: string;
}

const describe = (error: unknown): Described => {
  if (!(error instanceof Error)) return { name: '', message: String(error), type: '', code: '' };
  const text = (key: string): string => {
    const value: unknown = Reflect.get(error, key);
    return value === undefined || value === null ? '' : String(value);
  };
  return { name: error.name, message: error.message, type: text('type'), code: text('code') };
};

/** Why a connection could not be made; nothing was sent on it. */
export const connectFailure = (
  address: string,
  settings: { readonly tls: KafkaTls | true | undefined; readonly sasl: KafkaSasl | undefined },
  error: unknown,
): CodedError => {
  if (error instanceof CodedError && !(error instanceof RequestFailedError)) return error;
  const { name, message, type, code } = describe(error);
  if (AUTH_TYPES.test(type) || name === 'KafkaJSSASLAuthenticationError') {
    return new KafkaAuthenticationError(address, settings.sasl?.mechanism ?? 'none', error);
  }
  if (TLS_CODES.test(code) || TLS_WORDS.test(message)) return new KafkaTlsError(address, error);
  return new RequestFailedError(`connecting to ${address}`, {
    kind: name === 'KafkaJSRequestTimeoutError' ? 'timeout' : 'connection',
    mayHaveArrived: false,
    cause: error,
  });
};

/** Why a request on an open connection failed. */
export const requestFailure = (
  request: string,
  address: string,
  error: unknown,
): RequestFailedError => {
  if (error instanceof RequestFailedError) return error;
  const { name, message, type } = describe(error);
  const what = `${request} to ${address}`;
  if (name === 'KafkaJSProtocolError') {
    return new RequestFailedError(what, {
      kind: 'protocol',
      type,
      mayHaveArrived: true,
      cause: error,
    });
  }
  return new RequestFailedError(what, {
    kind: name === 'KafkaJSRequestTimeoutError' ? 'timeout' : 'connection',
    mayHaveArrived: message !== 'Not connected',
    cause: error,
  });
};
