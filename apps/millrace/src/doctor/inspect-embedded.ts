/** The embedded log as an operator wants to see it: format, holder, topics, free space. */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { CodedError, type TopicSpec } from '@millrace/event-log';
import { DEFAULT_LIMITS, type LogHolder, openEmbeddedLog } from '@millrace/event-log-embedded';
import { logFolder, SystemClock } from '@millrace/platform';
import { grouped } from '../cli/wording';
import { type DoctorReport, holderLine } from './doctor-report';

/** What is looked at. */
export interface EmbeddedInspection {
  readonly folder: string;
  readonly holder: LogHolder | undefined;
  readonly specs: readonly TopicSpec[];
}

interface Findings {
  readonly incarnation?: string;
  readonly topics?: readonly TopicSpec[];
  readonly trouble?: { readonly code: string; readonly message: string };
}

const MIB = 1_048_576;

/** A log that nobody has open is opened as a start would, and closed again. */
export const inspectEmbedded = async (asked: EmbeddedInspection): Promise<DoctorReport> => {
  const { folder, holder, specs } = asked;
  const log = logFolder({ dataDir: folder });
  const exists = existsSync(log);
  const found: Findings = exists && holder === undefined ? await opened(log) : {};
  const freeBytes = existsSync(folder) ? await freeSpace(folder) : undefined;
  const isLow = freeBytes !== undefined && freeBytes < DEFAULT_LIMITS.minFreeBytes;
  const missing = specs.filter(
    ({ name }) => found.topics?.every((topic) => topic.name !== name) === true,
  );
  const differing = specs.filter((spec) => found.topics?.some((topic) => differs(topic, spec)));
  const ok = found.trouble === undefined && differing.length === 0 && !isLow;
  const lines = [
    `log embedded, in ${log}`,
    `data folder ${folder}: ${holderLine(holder)}`,
    ...(exists ? [] : ['there is no log yet: the first start makes it']),
    ...(found.incarnation === undefined ? [] : [`incarnation ${found.incarnation}`]),
    ...(found.topics === undefined ? [] : [topicLine(found.topics.length, missing)]),
    ...(freeBytes === undefined ? [] : [`free space ${grouped(freeBytes / MIB)} MiB`]),
    ...(isLow ? ['REFUSED: commits need more free space than that; free some'] : []),
    ...differing.map(
      ({ name, partitions, cleanup }) =>
        `REFUSED: topic ${name} is not as declared (${partitions} partitions, ${cleanup}); see MILLRACE_LANES`,
    ),
    ...(found.trouble === undefined
      ? []
      : [`REFUSED: ${found.trouble.message} [${found.trouble.code}]`]),
    ...(ok ? ['nothing refuses the start'] : []),
  ];
  const details = { exists, holder, freeBytes, ...found };
  return { log: 'embedded', folder, ok, details, text: lines.join('\n') };
};

const opened = async (folder: string): Promise<Findings> => {
  try {
    const log = await openEmbeddedLog({
      folder,
      clock: new SystemClock(),
      command: 'millrace doctor',
    });
    try {
      return { incarnation: log.incarnation, topics: await log.topics() };
    } finally {
      await log.close();
    }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { trouble: { code: error.code, message: error.message } };
  }
};

const freeSpace = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

const differs = (found: TopicSpec, wanted: TopicSpec): boolean =>
  found.name === wanted.name &&
  (found.partitions !== wanted.partitions || found.cleanup !== wanted.cleanup);

const topicLine = (count: number, missing: readonly TopicSpec[]): string => {
  const names = missing.map(({ name }) => name).join(', ');
  const rest = missing.length === 0 ? '' : `; the next start makes ${names}`;
  return `${count} topics${rest}`;
};
