/**
 * Names to UUIDs, always the same for the same name.
 */
import { createHash } from 'node:crypto';

/**
 * UUID version 5 (SHA-1) of a name in a namespace.
 *
 * @param namespace a UUID in its text form
 * @param name any text, hashed as UTF-8
 * @returns lower case, 36 characters
 * Source: RFC 9562, section 5.5
 */
export const uuidV5 = (namespace: string, name: string): string => {
  const space = Buffer.from(namespace.replaceAll('-', ''), 'hex');
  const hash = createHash('sha1').update(space).update(name, 'utf8').digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
};
