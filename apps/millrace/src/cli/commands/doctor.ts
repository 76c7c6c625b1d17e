/** `millrace doctor`: what is unsafe or worth knowing about a log, and the cure. */
import { exitCodes, loadConfig, logOfFolder, topicCatalogue } from '@millrace/platform';
import type { DoctorReport } from '../../doctor/doctor-report';
import { inspectEmbedded } from '../../doctor/inspect-embedded';
import { inspectOnKafka } from '../../doctor/inspect-on-kafka';
import { folderInQuestion } from '../data-folder';

/** Options of `millrace doctor`. */
export interface DoctorOptions {
  readonly data?: string;
  readonly log?: string;
  readonly json?: boolean;
}

/** @returns exit code 1 when something refuses the start */
export const runDoctor = async (options: DoctorOptions): Promise<number> => {
  const report = await reportOf(options);
  const { log, folder, ok, details, text } = report;
  const json = (): string => JSON.stringify({ log, folder, ok, ...details }, undefined, 2);
  process.stdout.write(`${options.json === true ? json() : text}\n`);
  return ok ? exitCodes.ok : exitCodes.failed;
};

const reportOf = async (options: DoctorOptions): Promise<DoctorReport> => {
  const choice = { given: options.data, variable: process.env['MILLRACE_DATA'] };
  const { path, holder } = await folderInQuestion(choice);
  // Unless told otherwise it is the log that the folder belongs to.
  const log = options.log ?? (process.env['MILLRACE_LOG'] || logOfFolder(path));
  const config = loadConfig(process.env, { MILLRACE_DATA: path, MILLRACE_LOG: log });
  const specs = topicCatalogue(config);
  return config.log.kind === 'kafka'
    ? inspectOnKafka({ address: config.log, config, holder, specs })
    : inspectEmbedded({ folder: path, holder, specs });
};
