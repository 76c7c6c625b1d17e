/**
 * Runs one command line to its end: a clear sentence and an exit code for whatever goes wrong.
 */
import { CodedError } from '@millrace/event-log';
import { exitCodeOf as exitCodeOfStart, exitCodes } from '@millrace/platform';
import { ViewsInUseError } from '@millrace/views-postgres';
import { OperatorProblemError, ProcessUnreachableError } from './cli.errors';
import { exitCodeOfUsage, millraceProgram } from './program';

/** @returns the exit code */
export const runCli = async (argv: readonly string[]): Promise<number> => {
  let code: number = exitCodes.ok;
  try {
    await millraceProgram((given) => {
      code = given;
    }).parseAsync([...argv]);
    return code;
  } catch (error) {
    const usage = exitCodeOfUsage(error);
    if (usage !== undefined) return usage;
    process.stderr.write(`millrace: ${sentenceOf(error)}\n`);
    return exitCodeOf(error);
  }
};

const sentenceOf = (error: unknown): string => {
  if (error instanceof CodedError) return `${error.message} [${error.code}]`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

const exitCodeOf = (error: unknown): number => {
  if (error instanceof ProcessUnreachableError) return exitCodes.unreachable;
  if (error instanceof ViewsInUseError) return exitCodes.refused;
  if (error instanceof OperatorProblemError && error.status === 409) return exitCodes.refused;
  return exitCodeOfStart(error);
};
