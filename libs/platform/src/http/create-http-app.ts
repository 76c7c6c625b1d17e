/**
 * An HTTP process: Nest on Fastify with the platform's parser, problems, guards and limits.
 */
import type { Clock } from '@millrace/event-log';
import { type DynamicModule, type LoggerService, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '../config/load-config';
import { HealthChecks } from '../health/health-checks';
import { openLogs } from '../logging/pino-log';
import { SERVICE_LOG, type ServiceLog } from '../logging/service-log.port';
import { Metrics } from '../metrics/metrics';
import { PlatformModule } from '../nest/platform.module';
import type { Timers } from '../time/timers.port';
import { installBodyParser } from './body-parser';
import type { FastifyInstance } from './fastify-types';
import { httpProblems } from './http.errors';
import { ProblemCatalogue } from './problem-catalogue';
import { ProblemFilter } from './problem-filter';
import { answerRawError, rawProblem } from './raw-errors';
import { installRequestHooks, requestIdOf } from './request-hooks';
import { RouteTable } from './route-table';

/** A module to serve: a class, or a dynamic module. */
export type AppModule = Type<unknown> | DynamicModule;

/** What differs between processes and tests. */
export interface HttpAppOptions {
  /** Name of the app: title of its API and field of its log lines. */
  readonly name: string;
  readonly clock?: Clock;
  readonly timers?: Timers;
  /** Takes the log lines; standard output when left out. */
  readonly logDestination?: { write(line: string): void };
}

/** A process that serves HTTP. */
export interface HttpApp {
  readonly nest: NestFastifyApplication;
  readonly log: ServiceLog;
  /** Starts all modules, then listens. Resolves with the address: `http://127.0.0.1:8080`. */
  listen(): Promise<string>;
  /** Not ready any more, no new commands, open requests end, modules stop. Idempotent. */
  close(): Promise<void>;
}

/**
 * Builds an app from its modules; nothing runs before `listen`.
 *
 * Every request: Host and site checked, trace and request id set, JSON parsed strictly; every
 * refusal is a problem (RFC 9457). `/livez /readyz /startupz /metrics /openapi.json` are there.
 *
 * @param modules one module, or those of several apps in one process
 */
export const createHttpApp = async (
  modules: AppModule | readonly AppModule[],
  config: Config,
  options: HttpAppOptions,
): Promise<HttpApp> => {
  const { logDestination: destination } = options;
  const logs = openLogs({
    app: options.name,
    level: config.logLevel,
    ...(destination === undefined ? {} : { destination }),
  });
  const platform = PlatformModule.forRoot({
    config,
    name: options.name,
    log: logs.service,
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.timers === undefined ? {} : { timers: options.timers }),
  });
  const imports = [platform, ...(Array.isArray(modules) ? modules : [modules])];
  const nest = await createNest({ module: HttpRootModule, imports }, config, logs.nest);
  const parts = {
    filter: new ProblemFilter(nest.get(ProblemCatalogue), nest.get(SERVICE_LOG)),
    routes: new RouteTable(),
    health: nest.get(HealthChecks),
    metrics: nest.get(Metrics),
  };
  const fastify: FastifyInstance = nest.getHttpAdapter().getInstance();
  installBodyParser(fastify, config);
  installRequestHooks(fastify, parts);
  nest.useGlobalFilters(parts.filter);
  return new NestHttpApp(nest, config, logs.service);
};

@Module({})
class HttpRootModule {}

interface RawReply {
  hijack(): unknown;
  readonly raw: {
    statusCode: number;
    setHeader(name: string, value: string): unknown;
    end(body: string): unknown;
  };
}

const createNest = (
  root: DynamicModule,
  config: Config,
  logger: LoggerService,
): Promise<NestFastifyApplication> => {
  const adapter = new FastifyAdapter({
    logger: false,
    skipMiddie: true,
    bodyLimit: config.bodyLimitBytes,
    requestTimeout: config.requestTimeoutMs,
    keepAliveTimeout: config.keepAliveMs,
    http: { headersTimeout: config.headersTimeoutMs, maxHeaderSize: config.headerLimitBytes },
    genReqId: requestIdOf,
    requestIdHeader: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 256 },
    clientErrorHandler: answerRawError,
    frameworkErrors: (_error: unknown, _request: unknown, reply: RawReply) => {
      reply.hijack();
      reply.raw.statusCode = 400;
      reply.raw.setHeader('content-type', 'application/problem+json');
      reply.raw.end(rawProblem(httpProblems.HTTP_REQUEST_MALFORMED));
    },
  });
  return NestFactory.create<NestFastifyApplication>(root, adapter, {
    bodyParser: false,
    bufferLogs: false,
    abortOnError: false,
    logger,
  });
};

class NestHttpApp implements HttpApp {
  #closing: Promise<void> | undefined;

  constructor(
    readonly nest: NestFastifyApplication,
    private readonly config: Config,
    readonly log: ServiceLog,
  ) {}

  async listen(): Promise<string> {
    const { host, port, maxConnections } = this.config;
    const server = this.nest.getHttpServer();
    server.maxConnections = maxConnections;
    await this.nest.listen({ host, port });
    const address = server.address();
    const bound = typeof address === 'object' && address !== null ? address.port : port;
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
    this.log.info('HTTP_LISTENING', `listening on ${url}`, { url });
    return url;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.nest.get(HealthChecks).beginDraining();
    this.log.info('HTTP_DRAINING', 'stopping: no new commands are taken');
    await this.nest.close();
    this.log.info('HTTP_STOPPED', 'stopped');
  }
}
