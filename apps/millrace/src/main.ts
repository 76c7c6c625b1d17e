/** The `millrace` command. */
import 'reflect-metadata';
import { runCli } from './cli/run-cli';

void runCli(process.argv).then((code) => {
  process.exitCode = code;
});
