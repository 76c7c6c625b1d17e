/**
 * The parts of kafkajs 2.2.4 that are not in its types, as far as they are used here. What stands
 * here is held to by `kafkajs-check.ts`: a changed file of kafkajs stops the start.
 */
declare module 'kafkajs/src/network/connection' {
  import type { Socket } from 'node:net';
  import type { KafkaJsCall } from 'kafkajs/src/protocol/requests';

  interface SocketFactoryArguments {
    readonly host: string;
    readonly port: number;
    readonly ssl: object | null;
    readonly onConnect: () => void;
  }

  interface ConnectionOptions {
    readonly host: string;
    readonly port: number;
    readonly rack: string | null;
    readonly ssl: object | null;
    readonly sasl: object | null;
    readonly clientId: string;
    readonly logger: object;
    readonly socketFactory: (options: SocketFactoryArguments) => Socket;
    /** Least time that an answer is waited for, ms; a request may ask for more. */
    readonly requestTimeout: number;
    readonly connectionTimeout: number;
  }

  class Connection {
    constructor(options: ConnectionOptions);
    readonly requestQueue: {
      /** Requests that wait for the end of a throttle. */
      readonly pending: readonly object[];
      scheduleCheckPendingRequests: () => void;
    };
    connect(): Promise<boolean>;
    disconnect(): Promise<boolean>;
    isConnected(): boolean;
    authenticate(): Promise<void>;
    setVersions(versions: object): void;
    setSupportAuthenticationProtocol(supported: boolean): void;
    rejectRequests(error: Error): void;
    /** Takes what came on the socket; throws when it is no frame. */
    processData: (data: Buffer) => void;
    /** kafkajs calls it too, without `requestTimeout`. */
    send: <T>(
      call: KafkaJsCall<T> & { readonly requestTimeout?: number; readonly logResponseError: false },
    ) => Promise<T>;
  }
  export = Connection;
}

declare module 'kafkajs/src/protocol/requests' {
  import type Encoder = require('kafkajs/src/protocol/encoder');

  export interface KafkaJsRequest {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    readonly encode: () => Promise<Encoder>;
  }

  export interface KafkaJsCall<T> {
    readonly request: KafkaJsRequest;
    readonly response: {
      readonly decode: (payload: Buffer) => Promise<object>;
      readonly parse: (decoded: object) => Promise<T>;
    };
  }

  export interface KafkaJsApi {
    readonly versions: readonly string[];
    readonly protocol: (at: {
      readonly version: number;
    }) => (params: object) => KafkaJsCall<object>;
  }

  export const requests: Readonly<Record<string, KafkaJsApi>>;
}

declare module 'kafkajs/src/protocol/encoder' {
  class Encoder {
    constructor(initialSize?: number);
    /** The bytes written so far, as a view. */
    readonly buffer: Buffer;
    size(): number;
    writeInt8(value: number): this;
    writeInt16(value: number): this;
    writeInt32(value: number): this;
    writeInt64(value: number | bigint | string): this;
    writeString(value: string | null): this;
    writeBytes(value: Buffer | null): this;
    writeBuffer(value: Buffer): this;
  }
  export = Encoder;
}

declare module 'kafkajs/src/protocol/error' {
  export const errorCodes: readonly {
    readonly type: string;
    readonly code: number;
    readonly retriable: boolean;
    readonly message: string;
  }[];
}
