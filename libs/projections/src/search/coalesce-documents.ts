/**
 * A batch of documents as one per key: the newest version.
 */
import type { VersionedDocument } from '../search-index.port';

/** Newest version of each key, in order of first occurrence; of equal versions the first. */
export const coalesceDocuments = (
  documents: readonly VersionedDocument[],
): readonly VersionedDocument[] => {
  const newest = new Map<string, VersionedDocument>();
  for (const document of documents) {
    const known = newest.get(document.key);
    if (known === undefined || document.version > known.version) newest.set(document.key, document);
  }
  return newest.size === documents.length ? documents : [...newest.values()];
};
