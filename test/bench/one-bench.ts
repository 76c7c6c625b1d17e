/** The process of one bench: runs the file it is given and hands the results to its parent. */
interface Bench {
  run(): Promise<{ readonly name: string; readonly results: unknown }>;
}

const [, , file = ''] = process.argv;

void (async () => {
  const bench: Bench = await import(file);
  const { name, ...measured } = await bench.run();
  process.send?.({ name, results: 'results' in measured ? measured.results : measured }, () =>
    process.disconnect(),
  );
})().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
