/**
 * Writes transactions until it is killed: `node writer.cjs FOLDER RUN`. Says on stdout which ones
 * it tries, and which were acknowledged. Started by src/crash.int.spec.ts.
 */
const { writeSync } = require('node:fs');
const { openEmbeddedLog } = require('../dist/index.js');

const [, , folder, run] = process.argv;
const say = (line) => writeSync(1, `${line}\n`);
const clock = { nowMs: () => Date.now() };

const write = async (log, name) => {
  const writer = await log.openWriter(`writer-${name}`);
  for (let n = 0; ; n++) {
    const id = `${run}.${name}.${n}`;
    const value = id.padEnd(40 + ((n * 97) % 900), '.');
    const transaction = writer.begin();
    await transaction.append([
      { topic: 'events', partition: 0, key: id, value, headers: { id, part: 'a' } },
      { topic: 'events', partition: 0, key: id, value, headers: { id, part: 'b' } },
      { topic: 'other', partition: 1, key: id, value, headers: { id, part: 'c' } },
    ]);
    await transaction.append([{ topic: 'table', partition: 1, key: name, value: id }]);
    say(`try ${id}`);
    await transaction.commit();
    say(`ack ${id}`);
  }
};

const main = async () => {
  const log = await openEmbeddedLog({
    folder,
    clock,
    // Small, so that flushes, table compactions and housekeeping happen all the time.
    writeBufferBytes: 65_536,
    housekeepingPauseMs: 5,
    compactAfterBytes: 20_000,
    minFreeBytes: 0,
  });
  await log.ensureTopics([
    { name: 'events', partitions: 2, cleanup: 'delete', retentionMs: -1 },
    { name: 'other', partitions: 2, cleanup: 'delete', retentionMs: -1 },
    { name: 'table', partitions: 2, cleanup: 'compact', retentionMs: -1 },
  ]);
  say('ready');
  await Promise.all(['x', 'y', 'z'].map((name) => write(log, name)));
};

main().catch((error) => {
  say(`failed ${error.code} ${error.message}`);
  process.exit(1);
});
