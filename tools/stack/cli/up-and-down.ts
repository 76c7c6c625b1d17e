/** Starts what does not run yet, and ends what was started. */
import { poll } from '../poll';
import { say } from '../progress';
import { composeDown, composeUp, dockerAnswers } from './compose-engines';
import { type EngineName, givenUrl, PROBES } from './engine-names';
import { endProcesses, startProcesses } from './process-engines';
import { changingStack, readStack, type StartedEngine, writeStack } from './stack-file';
import type { StackOptions } from './stack-options';

const GIVEN_DEADLINE_MS = 30_000;
const COMPOSE_DEADLINE_MS = 60_000;

/** Resolves when every engine that is asked for serves; those that run already are kept. */
export const up = (options: StackOptions): Promise<void> =>
  changingStack(async () => {
    const missing: EngineName[] = [];
    for (const name of options.engines) if (!(await isThere(name, options))) missing.push(name);
    if (missing.length === 0) return;
    if (await dockerAnswers()) await startContainers(missing, options);
    else for (const name of missing) remember(name, await startProcesses(name, options));
  });

/** Ends what `up` started, of these engines; given addresses are never touched. */
export const down = ({ engines }: StackOptions): Promise<void> =>
  changingStack(async () => {
    for (const name of engines) {
      const started = readStack()[name];
      if (started !== undefined) await end(name, started);
    }
  });

const isThere = async (name: EngineName, options: StackOptions): Promise<boolean> => {
  const given = givenUrl(name);
  if (given !== undefined) {
    await serves(name, given, GIVEN_DEADLINE_MS);
    say(`${name}: the given ${given} serves`);
    return true;
  }
  const started = readStack()[name];
  if (started === undefined) return false;
  const ready = await PROBES[name](started.url).then(
    () => true,
    () => false,
  );
  if (!ready) {
    say(`${name} does not serve any more: it is started anew`);
    await end(name, started);
    return false;
  }
  needSameKafka(started, options);
  say(`${name} runs already`);
  return true;
};

/** @throws Error when other brokers run than are asked for */
const needSameKafka = (started: StartedEngine, { brokers, line }: StackOptions): void => {
  const differs =
    (brokers !== undefined && started.brokers !== undefined && brokers !== started.brokers) ||
    (line !== undefined && started.line !== undefined && line !== started.line);
  if (!differs) return;
  throw new Error(
    `kafka runs with ${started.brokers} brokers of ${started.line}: "stack down --only kafka" first`,
  );
};

const startContainers = async (
  names: readonly EngineName[],
  options: StackOptions,
): Promise<void> => {
  if (options.brokers === 1 && names.includes('kafka')) {
    say('docker compose has 3 brokers; --kafka 1 is not heeded');
  }
  for (const [name, started] of await composeUp(names, options)) {
    remember(name, started);
    await serves(name, started.url, COMPOSE_DEADLINE_MS);
  }
};

const end = async (name: EngineName, started: StartedEngine): Promise<void> => {
  if (started.source === 'compose') await composeDown([name]);
  else await endProcesses(started);
  remember(name, undefined);
  say(`${name} ended`);
};

const remember = (name: EngineName, started: StartedEngine | undefined): void => {
  const { [name]: _, ...others } = readStack();
  writeStack(started === undefined ? others : { ...others, [name]: started });
};

const serves = async (name: EngineName, url: string, deadlineMs: number): Promise<void> => {
  await poll(() => PROBES[name](url), { what: `${name} at ${url}`, deadlineMs, everyMs: 250 });
};
