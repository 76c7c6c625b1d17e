/**
 * `/openapi.json`: built once, at start, from the controllers that are really there.
 */
import {
  Controller,
  Get,
  Inject,
  type OnApplicationBootstrap,
  RequestMethod,
} from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ProblemCatalogue } from '../http/problem-catalogue';
import { type DocumentedRoute, type OpenApiDocument, openApiDocument } from './openapi-document';
import { OPERATION, Operation, type OperationContract } from './operation';

/** Nest token of the document's title. */
export const API_TITLE = Symbol('ApiTitle');

/** Serves the document; refuses to start when a route has no contract. */
@Controller()
export class OpenApiController implements OnApplicationBootstrap {
  #document: OpenApiDocument | undefined;

  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
    @Inject(ProblemCatalogue) private readonly catalogue: ProblemCatalogue,
    @Inject(API_TITLE) private readonly title: string,
  ) {}

  onApplicationBootstrap(): void {
    const info = { title: this.title, version: '1' };
    this.#document = openApiDocument(this.#routes(), info, (code) => this.catalogue.kindOf(code));
  }

  @Get('/openapi.json')
  @Operation({
    operationId: 'openapi',
    summary: 'This document',
    tag: 'operations',
    responses: { 200: { description: 'OpenAPI 3.1.', mediaType: 'application/json' } },
    problems: [],
  })
  read(): OpenApiDocument | undefined {
    return this.#document;
  }

  #routes(): readonly DocumentedRoute[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => {
      if (typeof metatype !== 'function') return [];
      const prototype: object = metatype.prototype;
      const base = String(Reflect.getMetadata(PATH_METADATA, metatype) ?? '');
      return this.scanner
        .getAllMethodNames(prototype)
        .map((name) => Object.getOwnPropertyDescriptor(prototype, name)?.value)
        .filter((handler) => Reflect.hasMetadata(PATH_METADATA, handler))
        .map((handler) => documented(base, handler, metatype.name));
    });
  }
}

const documented = (base: string, handler: object, owner: string): DocumentedRoute => {
  const contract: OperationContract | undefined = Reflect.getMetadata(OPERATION, handler);
  const path = joined(base, String(Reflect.getMetadata(PATH_METADATA, handler)));
  const method = RequestMethod[Number(Reflect.getMetadata(METHOD_METADATA, handler))] ?? 'GET';
  if (contract === undefined) {
    throw new TypeError(`${owner}: ${method} ${path} has no @Operation`);
  }
  return { method, path, contract };
};

const joined = (base: string, path: string): string =>
  `/${[base, path]
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/')}`;
