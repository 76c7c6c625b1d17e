/** The process of one client: does one measure and hands the result to its parent. */
import { z } from 'zod';
import { type BenchClient, measures } from './bench-client.port';
import { kafkajsClient } from './kafkajs-client';
import { kafkatsClient } from './kafkats-client';
import { millraceClient } from './millrace-client';

const task = z.object({
  client: z.enum(['millrace', 'kafkajs', 'kafkats']),
  measure: z.enum(measures),
  brokers: z.array(z.string()),
  load: z.object({ topic: z.string(), partitions: z.number(), records: z.number() }),
  warmUp: z.object({ topic: z.string(), partitions: z.number(), records: z.number() }),
});

const makers: Readonly<Record<string, (brokers: readonly string[]) => BenchClient>> = {
  millrace: millraceClient,
  kafkajs: kafkajsClient,
  kafkats: kafkatsClient,
};

void (async () => {
  const { client, measure, brokers, load, warmUp } = task.parse(JSON.parse(process.argv[2] ?? ''));
  const make = makers[client] ?? millraceClient;
  await make(brokers)[measure](warmUp);
  const result = await make(brokers)[measure](load);
  process.send?.({ result }, () => process.exit(0));
})().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
