/** `npm run stack`: exit code 0 when all is well, 1 when not, 2 for arguments it cannot read. */
import { environmentReport, statusReport } from './cli/report';
import { parseStackOptions, type StackOptions, StackUsageError, USAGE } from './cli/stack-options';
import { down, up } from './cli/up-and-down';
import { say } from './progress';

const main = async (args: readonly string[]): Promise<number> => {
  try {
    const options = parseStackOptions(args);
    return await RUN[options.command](options);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    if (!(error instanceof StackUsageError)) return 1;
    process.stderr.write(USAGE);
    return 2;
  }
};

const status = async ({ engines }: StackOptions): Promise<number> => {
  const { text, allServe } = await statusReport(engines);
  process.stdout.write(text);
  return allServe ? 0 : 1;
};

const RUN: Readonly<Record<StackOptions['command'], (options: StackOptions) => Promise<number>>> = {
  up: async (options) => {
    await up(options);
    return status(options);
  },
  status,
  down: async (options) => {
    await down(options);
    return 0;
  },
  env: async ({ engines }) => {
    const text = environmentReport(engines);
    process.stdout.write(text);
    if (text === '') say('nothing runs; start with: npm run stack -- up');
    return text === '' ? 1 : 0;
  },
  help: async () => {
    process.stdout.write(USAGE);
    return 0;
  },
};

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
