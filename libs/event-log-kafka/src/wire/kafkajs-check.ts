/**
 * Start-up check of what this adapter relies on in kafkajs: the release, and the text of every file
 * whose insides are used. A patched or newer kafkajs stops the start instead of changing a record.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KAFKAJS_VERSION } from './kafkajs-version';
import { KafkajsMismatchError } from './request-failed.errors';

/** Files whose insides are used, relative to kafkajs' folder. */
export const RELIED_ON = [
  'src/broker/saslAuthenticator/index.js',
  'src/broker/saslAuthenticator/plain.js',
  'src/broker/saslAuthenticator/scram.js',
  'src/network/connection.js',
  'src/network/requestQueue/index.js',
  'src/network/requestQueue/socketRequest.js',
  'src/network/socket.js',
  'src/protocol/decoder.js',
  'src/protocol/encoder.js',
  'src/protocol/error.js',
  'src/protocol/request.js',
  'src/protocol/requests/index.js',
] as const;

/** SHA-256 over {@link RELIED_ON} of the pinned release. */
export const RELIED_ON_SHA256 = '7c3f6964e7214c760932c49febe1673ba2d2e02bb233760de1028b12a3393f68';

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
  for (const file of RELIED_ON) hash.update(`${file}\0`).update(readFileSync(join(folder, file)));
  return { version: String(version), sha256: hash.digest('hex') };
};
