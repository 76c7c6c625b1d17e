/**
 * Batches as Kafka's Java client writes them: made once by MemoryRecordsBuilder of kafka-clients
 * 3.9.2 (4.4.0 makes the same bytes), with default levels.
 */
import { prepareCompression } from '../compression/codecs';
import { scanBatches } from './batch-scanner';
import { recordsOf } from './lazy-records';

const batches = {
  none: [
    'AAAAAAAAAAAAAATf/////wLUsSU0ABAAAAALAAABi8/lZ+wAAAGLz+VoOQAAAAAAAA+hAAMAAAAHAAAADNgBAAAADGNh',
    'cmQtMGx7InBheW1lbnQiOiJwLTAiLCJhbW91bnRNaW5vciI6MTIzNDUsImN1cnJlbmN5IjoiRVVSIn0GDmNlX3R5cGUQ',
    'Y2FwdHVyZWQIY2zDqRrDqeaXpeacrPCfmoAwCG5vbmUB2AEADgIMY2FyZC0xbHsicGF5bWVudCI6InAtMSIsImFtb3Vu',
    'dE1pbm9yIjoxMjM0NSwiY3VycmVuY3kiOiJFVVIifQYOY2VfdHlwZRBjYXB0dXJlZAhjbMOpGsOp5pel5pys8J+agDEI',
    'bm9uZQHYAQAcBAxjYXJkLTJseyJwYXltZW50IjoicC0yIiwiYW1vdW50TWlub3IiOjEyMzQ1LCJjdXJyZW5jeSI6IkVV',
    'UiJ9Bg5jZV90eXBlEGNhcHR1cmVkCGNsw6kaw6nml6XmnKzwn5qAMghub25lAcwBACoGAWx7InBheW1lbnQiOiJwLTMi',
    'LCJhbW91bnRNaW5vciI6MTIzNDUsImN1cnJlbmN5IjoiRVVSIn0GDmNlX3R5cGUQY2FwdHVyZWQIY2zDqRrDqeaXpeac',
    'rPCfmoAzCG5vbmUBbAA4CAxjYXJkLTEBBg5jZV90eXBlEGNhcHR1cmVkCGNsw6kaw6nml6XmnKzwn5qANAhub25lAdgB',
    'AEYKDGNhcmQtMmx7InBheW1lbnQiOiJwLTUiLCJhbW91bnRNaW5vciI6MTIzNDUsImN1cnJlbmN5IjoiRVVSIn0GDmNl',
    'X3R5cGUQY2FwdHVyZWQIY2zDqRrDqeaXpeacrPCfmoA1CG5vbmUB2AEAVAwMY2FyZC0wbHsicGF5bWVudCI6InAtNiIs',
    'ImFtb3VudE1pbm9yIjoxMjM0NSwiY3VycmVuY3kiOiJFVVIifQYOY2VfdHlwZRBjYXB0dXJlZAhjbMOpGsOp5pel5pys',
    '8J+agDYIbm9uZQHMAQBiDgFseyJwYXltZW50IjoicC03IiwiYW1vdW50TWlub3IiOjEyMzQ1LCJjdXJyZW5jeSI6IkVV',
    'UiJ9Bg5jZV90eXBlEGNhcHR1cmVkCGNsw6kaw6nml6XmnKzwn5qANwhub25lAdgBAHAQDGNhcmQtMmx7InBheW1lbnQi',
    'OiJwLTgiLCJhbW91bnRNaW5vciI6MTIzNDUsImN1cnJlbmN5IjoiRVVSIn0GDmNlX3R5cGUQY2FwdHVyZWQIY2zDqRrD',
    'qeaXpeacrPCfmoA4CG5vbmUBbAB+EgxjYXJkLTABBg5jZV90eXBlEGNhcHR1cmVkCGNsw6kaw6nml6XmnKzwn5qAOQhu',
    'b25lAd4BAIwBFAxjYXJkLTFueyJwYXltZW50IjoicC0xMCIsImFtb3VudE1pbm9yIjoxMjM0NSwiY3VycmVuY3kiOiJF',
    'VVIifQYOY2VfdHlwZRBjYXB0dXJlZAhjbMOpHMOp5pel5pys8J+agDEwCG5vbmUB0gEAmgEWAW57InBheW1lbnQiOiJw',
    'LTExIiwiYW1vdW50TWlub3IiOjEyMzQ1LCJjdXJyZW5jeSI6IkVVUiJ9Bg5jZV90eXBlEGNhcHR1cmVkCGNsw6kcw6nm',
    'l6XmnKzwn5qAMTEIbm9uZQE=',
  ].join(''),
  gzip: [
    'AAAAAAAAAAAAAAFO/////wI7qXoSABEAAAALAAABi8/lZ+wAAAGLz+VoOQAAAAAAAA+hAAMAAAAHAAAADB+LCAAAAAAA',
    'AP+7wcjAwMCTnFiUomuQU61UkFiZm5pXomSlVKBroKSjlJibX5pX4puZl1+kZGVoZGxiqqOUXFpUlJqXXAlU5BoapFTL',
    'xpecGl9SWZAqkJxYUFJalJrCkZxzeKXU4ZXPpi99NmfNh/mzGgw48vLzUhlvMDLwMUFsM0SzzZCKthnCbZNhgdhmhGab',
    'ERVtM4LYdoaRQYuNEc0eYyraYwyxJ4fBggMahIzEaDOBB4YbF/bAMKWiI03htoXwYE9WZlS0zQwe9El86EFvTkV7zOG+',
    'KhDAHoYWVLTNAhbRdULQICQqoi0h2u4xMvQwikBTSB5aJqMwT8ug5DJopr7EyDCLUYwR3SoKMzSqVdAcDQAChWLtrgQA',
    'AA==',
  ].join(''),
  snappy: [
    'AAAAAAAAAAAAAAGq/////wKOaPr+ABIAAAALAAABi8/lZ+wAAAGLz+VoOQAAAAAAAA+hAAMAAAAHAAAADIJTTkFQUFkA',
    'AAAAAQAAAAEAAAFlrgnwedgBAAAADGNhcmQtMGx7InBheW1lbnQiOiJwLTAiLCJhbW91bnRNaW5vciI6MTIzNDUsImN1',
    'cnJlbmN5IjoiRVVSIn0GDmNlX3R5cGUQY2FwdHVyZWQIY2zDqRrDqeaXpeacrPCfmoAwCG5vbmUB2AEADgIMY2FyZC0x',
    'Om4AADH+bgAdbggxCG4NbggcBAwF3AAyOm4AADL+bgAdbgAyCW4UzAEAKgYBOmgAADP+aAAdaAAzCWgMbAA4CAnVCDEB',
    'Bop7AQA0CTcQ2AEARgoJOD4NAQA1/qUAHaUANRVuBFQMCW4+VwIANv5uAB1uADYJbhDMAQBiDj57AQA3/mgAHWgANwlo',
    'ENgBAHAQCdY+RAEAOP5uAB1uADgJbgxsAH4SCW0AMJLpAQA5CTcU3gEAjAEUCTkEMW420wMAMfrUAwQcw33UBDEwCXEY',
    '0gEAmgEWAT5rAPrRAzZrABgxCG5vbmUB',
  ].join(''),
  lz4: [
    'AAAAAAAAAAAAAAGI/////wJURtBnABMAAAALAAABi8/lZ+wAAAGLz+VoOQAAAAAAAA+hAAMAAAAHAAAADAQiTRhgQIJI',
    'AQAA8mTYAQAAAAxjYXJkLTBseyJwYXltZW50IjoicC0wIiwiYW1vdW50TWlub3IiOjEyMzQ1LCJjdXJyZW5jeSI6IkVV',
    'UiJ9Bg5jZV90eXBlEGNhcHR1cmVkCGNsw6kaw6nml6XmnKzwn5qAMAhub25lAdgBAA4CbgAbMW4AHzFuADgVMW4AIhwE',
    '3AAbMm4AHzJuADgSMm4Aa8wBACoGAWgAHzNoADgSM2gAQmwAOAjVAC8xAXsBERI0NwBS2AEARgo4AAwNAR81pQA4FTVu',
    'ACJUDG4ADFcCHzZuADgSNm4AXMwBAGIOewEfN2gAOBI3aABS2AEAcBDWAAxEAR84bgA4EjhuAEJsAH4SbQAfMOkBEhI5',
    'NwBi3gEAjAEUOQAqMW7TAx8x1AMsGBzUAyIxMHEAfNIBAJoBFgFrAA/RAywKawBwMQhub25lAQAAAAA=',
  ].join(''),
  zstd: [
    'AAAAAAAAAAAAAAFN/////wKayx0gABQAAAALAAABi8/lZ+wAAAGLz+VoOQAAAAAAAA+hAAMAAAAHAAAADCi1L/0AWIQI',
    'AOQL2AEAAAAMY2FyZC0wbHsicGF5bWVudCI6InAtMCIsImFtb3VudE1pbm9yIjoxMjM0NSwiY3VycmVuY3kiOiJFVVIi',
    'fQYOY2VfdHlwZRBjYXB0dXJlZAhjbMOpGsOp5pel5pys8J+agDAIbm9uZQHYAQAOAjExMRwEMjIyzAEAKgYBMzNsADgI',
    'ATRGCjI1NVQMMDY2Yg43N9gBAHAQODhsAH4SMDneAQCMARQxbjEcMdIBAJoBFgExMQhub25lASYgYDOi4AEJVLiBDLvs',
    'jGO8Hkn8EYk5rg6HvY/BRhoYhoqjSg0MURFhwTAq+x2oYIiKfg+kYP1GhBFHsENQdrRDgyB6OxttIRg9dDbHQ4wCAQAA',
  ].join(''),
} as const;

const wanted = Array.from({ length: 12 }, (_, i) => ({
  offset: i,
  timestampMs: 1_700_000_000_000 + i * 7 - 20,
  key: i % 4 === 3 ? null : `card-${i % 3}`,
  value: i % 5 === 4 ? null : `{"payment":"p-${i}","amountMinor":12345,"currency":"EUR"}`,
  headers: { ce_type: 'captured', clé: `é日本🚀${i}`, none: '' },
}));

describe('a batch of the Java client', () => {
  beforeAll(prepareCompression);

  it.each(Object.entries(batches))('is read: %s', (name, base64) => {
    const bytes = Buffer.from(base64, 'base64');
    const [batch] = [...scanBatches(bytes, { topic: 't', partition: 0 })];
    if (batch === undefined) throw new Error('no batch');
    expect(batch).toMatchObject({
      producerId: 4_001,
      producerEpoch: 3,
      baseSequence: 7,
      transactional: true,
      lastOffset: 11,
    });
    expect(batch.codec?.name ?? 'none').toBe(name);
    const found = recordsOf(batch, 0, { topic: 't', partition: 0 });
    expect(
      found.map(({ offset, timestampMs, key, value, headers }) => ({
        offset,
        timestampMs,
        key: key && String(key),
        value: value && String(value),
        headers,
      })),
    ).toEqual(wanted);
  });
});
