/**
 * The end of an exhaustive switch.
 */

/** @throws RangeError a value reached the end of a switch that knows all values. */
export const assertNever = (value: never): never => {
  throw new RangeError(`unexpected ${JSON.stringify(value)}`);
};
