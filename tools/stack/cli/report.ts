/** What the stack is: for people, and for shells. */
import { pidOf } from '../processes/engine-process';
import { ENGINE_NAMES, type EngineName, givenUrl, PROBES, URL_VARIABLES } from './engine-names';
import { readStack } from './stack-file';

/** The state of one engine. */
interface EngineState {
  readonly name: EngineName;
  readonly url: string;
  readonly source: string;
  readonly version: string;
  readonly pids: readonly number[];
  /** Undefined when it serves, else why not. */
  readonly trouble: string | undefined;
}

/** Asks every engine that is given or was started. */
export const statusReport = async (
  names: readonly EngineName[] = ENGINE_NAMES,
): Promise<{ readonly text: string; readonly allServe: boolean }> => {
  const states = (await Promise.all(names.map(stateOf))).flat();
  return {
    text:
      states.length === 0
        ? 'nothing runs; start with: npm run stack -- up\n'
        : states.map(lineOf).join(''),
    allServe: states.every(({ trouble }) => trouble === undefined),
  };
};

/** Lines that a shell evaluates. */
export const environmentReport = (names: readonly EngineName[]): string =>
  names
    .flatMap((name) => {
      const url = givenUrl(name) ?? readStack()[name]?.url;
      return url === undefined ? [] : [`export ${URL_VARIABLES[name]}='${url}'\n`];
    })
    .join('');

const stateOf = async (name: EngineName): Promise<readonly EngineState[]> => {
  const given = givenUrl(name);
  const started = given === undefined ? readStack()[name] : undefined;
  const url = given ?? started?.url;
  if (url === undefined) return [];
  const probed = await PROBES[name](url).then(
    (found) => ({ found: found ?? 'unknown', trouble: undefined }),
    (error: Error) => ({ found: 'unknown', trouble: error.message }),
  );
  return [
    {
      name,
      url,
      source: given === undefined ? (started?.source ?? '') : 'given',
      version: started?.version ?? probed.found,
      pids: (started?.processes ?? []).flatMap((known) => pidOf(known) ?? []),
      trouble: probed.trouble,
    },
  ];
};

const lineOf = ({ name, url, source, version, pids, trouble }: EngineState): string => {
  const running = pids.length === 0 ? source : `${source}, pid ${pids.join(' ')}`;
  const ready = trouble === undefined ? 'serves' : `does not serve: ${trouble}`;
  return `${name.padEnd(14)} ${version.padEnd(10)} ${url}  (${running})  ${ready}\n`;
};
