/** What the stack does, on standard error, with seconds; standard output stays for data. */

/** Writes one line of progress. */
export const say = (text: string): void => {
  process.stderr.write(`stack: ${text}\n`);
};

/** Runs `work`, announced before and with its seconds after. */
export const timed = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
  const started = performance.now();
  say(`${what} …`);
  const result = await work();
  say(`${what}: done in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return result;
};
