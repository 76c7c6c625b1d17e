/**
 * Start-up check of what this adapter relies on in kafkajs: the release, and the text of every file
 * whose insides are used. A patched or newer kafkajs stops the start instead of changing a record.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { KAFKAJS_VERSION } from './kafkajs-version';
import { KafkajsMismatchError } from './request-failed.errors';

/** Folders whose files are used from inside, relative to kafkajs' own. */
export const RELIED_ON = ['src/broker/saslAuthenticator', 'src/network', 'src/protocol'] as const;

/** SHA-256 over all files of {@link RELIED_ON} in the pinned release. */
export const RELIED_ON_SHA256 = 'b519b9f5fa086563f4e05668a24baac4961f678d141b317dbe55968a5a9944d4';

let checked = false;

/** @throws KafkajsMismatchError once the files differ; checked once per process */
export const checkKafkajs = (): void => {
  if (checked) return;
  const folder = dirname(require.resolve('kafkajs/package.json'));
  const found = installedKafkajs(folder);
  if (found.version !== KAFKAJS_VERSION) {
    throw new KafkajsMismatchError(`release ${found.version}, wanted is ${KAFKAJS_VERSION}`);
  }
  if (found.sha256 !== RELIED_ON_SHA256) {
    throw new KafkajsMismatchError(`its files differ from those of release ${KAFKAJS_VERSION}`);
  }
  checked = true;
};

/** Release and checksum of the kafkajs in a folder. */
export const installedKafkajs = (
  folder: string,
): { readonly version: string; readonly sha256: string } => {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const version: unknown =
    typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'version') : '';
  const hash = createHash('sha256');
  for (const file of RELIED_ON.flatMap((part) => filesBelow(folder, part))) {
    hash.update(`${file}\0`).update(readFileSync(join(folder, file)));
  }
  return { version: String(version), sha256: hash.digest('hex') };
};

// Sorted, with forward slashes, so that the checksum is the same on every system.
const filesBelow = (folder: string, part: string): readonly string[] =>
  readdirSync(join(folder, part), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
