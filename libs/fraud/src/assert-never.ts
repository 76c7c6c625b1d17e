/**
 * The end of an exhaustive switch.
 */

/** @throws Error always: a value outside of its type has come through the edge */
export const assertNever = (value: never): never => {
  throw new Error(`no case for ${JSON.stringify(value)}`);
};
