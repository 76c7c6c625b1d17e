/**
 * The command line: names, options and examples. Data goes to standard output, all else to standard error.
 */

import { exitCodes } from '@millrace/platform';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { runDemo } from './commands/demo';
import { runDoctor } from './commands/doctor';
import { runImportCommand } from './commands/import-file';
import { runReplay } from './commands/replay';
import { runStatus } from './commands/status';
import { runUp } from './commands/up';

/** What every command is told. */
interface FolderOption {
  readonly data?: string;
  readonly log?: string;
}

interface PortOption extends FolderOption {
  readonly port?: number;
}

interface DemoOptions extends PortOption {
  readonly rate: number;
  readonly seed: number;
  readonly input?: string;
}

/** Takes the exit code of the command that was run. */
export type SetExitCode = (code: number) => void;

/** The program; parse arguments with it. Usage errors end with exit code 2. */
export const millraceProgram = (exit: SetExitCode): Command => {
  const program = new Command('millrace')
    .description('Event-sourced payments that catch card fraud while it happens.')
    .version('0.1.0')
    .showHelpAfterError('Try "millrace --help".')
    .exitOverride()
    .addHelpText('before', `${EXAMPLES}\n`);
  addDemo(program, exit);
  addUp(program, exit);
  addImport(program, exit);
  addStatus(program, exit);
  addReplay(program, exit);
  addDoctor(program, exit);
  return program;
};

/** Exit code of an error that commander threw: 0 for --help and --version, else usage. */
export const exitCodeOfUsage = (error: unknown): number | undefined => {
  if (!(error instanceof CommanderError)) return undefined;
  return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
};

const EXAMPLES = `Examples:
  millrace demo                          the whole system, generated payments, one fraud
  millrace demo --rate 200               200 payments/s once the story is told
  millrace import payments.csv.gz        import a labelled file, then exit
  millrace up --data ./data --port 8080  serve a data folder
  millrace up --log kafka://localhost:9092/shop
                                         the same on Kafka; every name there begins with shop.
  millrace doctor --log kafka://localhost:9092/shop
                                         what is unsafe there, and the cure
  millrace status                        position and lag of each view
  millrace replay --view analytics       rebuild a view from the log
`;

const DATA = ['--data <folder>', 'data folder (MILLRACE_DATA; default ./data)'] as const;
const LOG = [
  '--log <address>',
  'embedded, or kafka://host:port[,host:port...][/namespace] (MILLRACE_LOG; default: that of the folder)',
] as const;
const PORT = ['--port <number>', 'HTTP port, 0 = any free (MILLRACE_PORT; default 8080)'] as const;

const addDemo = (program: Command, exit: SetExitCode): void => {
  program
    .command('demo')
    .description('run the whole system in this process on generated payments with a fraud in them')
    .option(...DATA)
    .option(...LOG)
    .option(PORT[0], PORT[1], integerOption(0, 65_535))
    .option('--rate <n>', 'payments/s after the story', integerOption(1, 5_000), 20)
    .option('--seed <n>', 'seed of the generated payments', integerOption(0, 2 ** 31 - 1), 7)
    .option('--input <file>', 'import this labelled file (.csv or .csv.gz) instead, then serve')
    .action(async (options: DemoOptions) => exit(await runDemo(options)));
};

const addUp = (program: Command, exit: SetExitCode): void => {
  program
    .command('up')
    .description('serve a data folder: commands, detection, views and queries in one process')
    .option(...DATA)
    .option(...LOG)
    .option(PORT[0], PORT[1], integerOption(0, 65_535))
    .action(async (options: PortOption) => exit(await runUp(options)));
};

const addImport = (program: Command, exit: SetExitCode): void => {
  program
    .command('import')
    .argument('<file>', 'payments with fraud labels, .csv or .csv.gz')
    .description('import a labelled file through the command runtime, then exit')
    .option('--data <folder>', 'data folder (MILLRACE_DATA; default ./data-<name of the file>)')
    .option(...LOG)
    .addHelpText('after', IMPORT_HELP)
    .action(async (file: string, options: FolderOption) =>
      exit(await runImportCommand(file, options)),
    );
};

const IMPORT_HELP = `
Columns: transaction_id,tx_datetime,customer_id,terminal_id,tx_amount,tx_fraud,tx_fraud_scenario
Lines that cannot be imported are listed in rejects.csv in the data folder; the exit code is then 1.
Running it again changes nothing; after an interruption it goes on where it stopped.

Example:
  millrace import payments.csv.gz --data ./data-payments`;

const addStatus = (program: Command, exit: SetExitCode): void => {
  program
    .command('status')
    .description('position, end and lag of each view')
    .option(...DATA)
    .option(...LOG)
    .option('--json', 'as JSON')
    .action(async (options: FolderOption & { readonly json?: boolean }) =>
      exit(await runStatus(options)),
    );
};

const addReplay = (program: Command, exit: SetExitCode): void => {
  program
    .command('replay')
    .description('rebuild a view by replaying the log, beside the live one; compare, then swap')
    .requiredOption('--view <name>', 'payments, cards or analytics')
    .option(...DATA)
    .option(...LOG)
    .option('--json', 'the result as JSON')
    .addHelpText('after', '\nExample:\n  millrace replay --view analytics')
    .action(async (options: FolderOption & { readonly view: string; readonly json?: boolean }) =>
      exit(await runReplay(options)),
    );
};

const addDoctor = (program: Command, exit: SetExitCode): void => {
  program
    .command('doctor')
    .description(
      'look at the log: who answers, which topics are there, what is unsafe and its cure',
    )
    .option(...DATA)
    .option(...LOG)
    .option('--json', 'as JSON')
    .addHelpText('after', DOCTOR_HELP)
    .action(async (options: FolderOption & { readonly json?: boolean }) =>
      exit(await runDoctor(options)),
    );
};

const DOCTOR_HELP = `
It changes nothing. Exit code 0: nothing refuses the start; 1: something does; 4: no broker answers.
Accept single findings with MILLRACE_KAFKA_ALLOW_UNSAFE=CODE,CODE; credentials and TLS are settings
too (MILLRACE_KAFKA_SASL_MECHANISM, _SASL_USERNAME, _SASL_PASSWORD, _TLS, _CA_FILE).

Examples:
  millrace doctor                                        the log in ./data
  millrace doctor --log kafka://kafka-1:9092,kafka-2:9092
  millrace doctor --log kafka://localhost:9092/shop --json`;

const integerOption =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d{1,10}$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`an integer from ${min} to ${max} is wanted.`);
  };
