/** gzip, by Node's zlib. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { aboveLimit, CompressionFailedError } from './compression.errors';
import type { CompressionCodec } from './compression-codec';
import { isAboveOutputLimit } from './output-limit';

export const gzipCodec: CompressionCodec = {
  name: 'gzip',
  id: 1,
  compress: (bytes) => gzipSync(bytes),
  decompress: (bytes, limitBytes) => {
    try {
      return gunzipSync(bytes, { maxOutputLength: limitBytes });
    } catch (cause) {
      if (isAboveOutputLimit(cause)) throw aboveLimit('gzip', limitBytes);
      throw new CompressionFailedError('gzip', 'the bytes cannot be decompressed', cause);
    }
  },
};
