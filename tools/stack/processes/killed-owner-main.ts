/** A process that starts a broker, says so, and waits to be killed: for the test of orphans. */
import { dirname } from 'node:path';
import { startKafka } from '../index';

const main = async (): Promise<void> => {
  const cluster = await startKafka({ line: '4.4', brokers: 1 });
  const pid = cluster.broker(1).pid;
  process.stdout.write(`${JSON.stringify({ pid, folder: dirname(cluster.stateFile) })}\n`);
  setInterval(() => undefined, 60_000);
};

void main();
