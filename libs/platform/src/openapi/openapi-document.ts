/**
 * OpenAPI 3.1 from the contracts of all routes. Schemas are zod's own JSON Schema (draft 2020-12,
 * which is what 3.1 takes), so what is documented is what is checked.
 */
import { z } from 'zod';
import type { ProblemKind } from '../http/problem';
import type { OperationContract, ResponseContract } from './operation';
import { problemSchema } from './problem-schema';

/** A route with its contract. */
export interface DocumentedRoute {
  /** Upper case. */
  readonly method: string;
  /** In the router's form: `/v1/cards/:cardId`. */
  readonly path: string;
  readonly contract: OperationContract;
}

/** What the document says about the process. */
export interface DocumentInfo {
  readonly title: string;
  readonly version: string;
}

/** JSON of the document. */
export type OpenApiDocument = Readonly<Record<string, unknown>> & {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/**
 * Builds the document.
 *
 * @param kindOf kind of a problem code; a code without one is an error
 * @throws TypeError an operation id or schema name is used for two things, or a code is unknown
 */
export const openApiDocument = (
  routes: readonly DocumentedRoute[],
  info: DocumentInfo,
  kindOf: (code: string) => ProblemKind | undefined,
): OpenApiDocument => {
  const builder = new DocumentBuilder(kindOf);
  for (const route of routes) builder.add(route);
  return builder.document(info);
};

type Json = Record<string, unknown>;

class DocumentBuilder {
  readonly #paths: Record<string, Json> = {};
  readonly #schemas = new Map<string, { readonly schema: z.ZodType; readonly json: Json }>();
  readonly #ids = new Set<string>();

  constructor(private readonly kindOf: (code: string) => ProblemKind | undefined) {
    this.#ref('Problem', problemSchema, 'output');
  }

  add(route: DocumentedRoute): void {
    const { contract } = route;
    if (this.#ids.has(contract.operationId)) {
      throw new TypeError(`operation id ${contract.operationId} is used twice`);
    }
    this.#ids.add(contract.operationId);
    const path = route.path.replace(/:([A-Za-z]+)/g, '{$1}');
    const methods = this.#paths[path] ?? {};
    methods[route.method.toLowerCase()] = this.#operation(contract);
    this.#paths[path] = methods;
  }

  document(info: DocumentInfo): OpenApiDocument {
    const schemas = Object.fromEntries(
      [...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, s]) => [name, s.json]),
    );
    return { openapi: '3.1.0', info, paths: this.#paths, components: { schemas } };
  }

  #operation(contract: OperationContract): Json {
    const { body, examples = {} } = contract;
    return {
      operationId: contract.operationId,
      summary: contract.summary,
      ...(contract.description === undefined ? {} : { description: contract.description }),
      tags: [contract.tag],
      parameters: parameters(contract),
      ...(body === undefined ? {} : { requestBody: this.#body(body, examples) }),
      responses: { ...this.#successes(contract), ...this.#problems(contract) },
      ...(Object.keys(examples).length === 0 ? {} : { 'x-millrace-examples': examples }),
    };
  }

  #body(
    body: NonNullable<OperationContract['body']>,
    examples: NonNullable<OperationContract['examples']>,
  ): Json {
    const shown = Object.entries(examples)
      .filter(([, example]) => example.body !== undefined)
      .map(([name, { summary, body: value }]) => [name, { summary, value }]);
    const content = {
      schema: this.#ref(body.name, body.schema, 'input'),
      ...(shown.length === 0 ? {} : { examples: Object.fromEntries(shown) }),
    };
    return { required: body.required, content: { 'application/json': content } };
  }

  #successes(contract: OperationContract): Json {
    return Object.fromEntries(
      Object.entries(contract.responses).map(([status, response]) => [
        status,
        this.#response(response),
      ]),
    );
  }

  #response(response: ResponseContract): Json {
    const { name, schema, headers = {}, mediaType = 'application/json' } = response;
    const described = Object.entries(headers).map(([header, description]) => [
      header,
      { description, schema: { type: 'string' } },
    ]);
    const known = name !== undefined && schema !== undefined;
    const content = known
      ? { schema: this.#ref(name, schema, 'output') }
      : { schema: { type: 'string' } };
    const bodiless = !known && response.mediaType === undefined;
    return {
      description: response.description,
      ...(described.length === 0 ? {} : { headers: Object.fromEntries(described) }),
      ...(bodiless ? {} : { content: { [mediaType]: content } }),
    };
  }

  /** Problems grouped by status: one response with all of its codes. */
  #problems(contract: OperationContract): Json {
    const byStatus = new Map<number, ProblemKind[]>();
    for (const code of contract.problems) {
      const kind = this.kindOf(code);
      if (kind === undefined) {
        throw new TypeError(`${contract.operationId}: problem ${code} has no status`);
      }
      byStatus.set(kind.status, [...(byStatus.get(kind.status) ?? []), kind]);
    }
    return Object.fromEntries(
      [...byStatus].map(([status, kinds]) => [
        status,
        {
          description: kinds.map((kind) => `\`${kind.code}\`: ${kind.title}`).join('; '),
          content: {
            'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
          },
        },
      ]),
    );
  }

  #ref(name: string, schema: z.ZodType, io: 'input' | 'output'): Json {
    const known = this.#schemas.get(name);
    if (known !== undefined && known.schema !== schema) {
      throw new TypeError(`schema name ${name} is used for two schemas`);
    }
    if (known === undefined) this.#schemas.set(name, { schema, json: jsonSchemaOf(schema, io) });
    return { $ref: `#/components/schemas/${name}` };
  }
}

const parameters = (contract: OperationContract): readonly Json[] => [
  ...named(contract.path).map(([name, schema]) => ({ name, in: 'path', required: true, schema })),
  ...named(contract.query).map(([name, schema]) => ({ name, in: 'query', schema })),
  ...(contract.headers ?? []).map(({ name, required, description, schema }) => ({
    name,
    in: 'header',
    required,
    description,
    schema: jsonSchemaOf(schema, 'input'),
  })),
];

const named = (
  schemas: Readonly<Record<string, z.ZodType>> | undefined,
): readonly (readonly [string, Json])[] =>
  Object.entries(schemas ?? {}).map(([name, schema]) => [name, jsonSchemaOf(schema, 'input')]);

const jsonSchemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return json;
};
