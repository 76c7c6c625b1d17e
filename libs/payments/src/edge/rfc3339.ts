/**
 * RFC 3339 date-times to epoch ms, strictly: with an offset, on the calendar, within range.
 */

const dateTime =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/;

/** Latest instant that is accepted anywhere: 9999-12-31T23:59:59.999Z. */
export const LATEST_MS = 253_402_300_799_999;

/**
 * Epoch ms of an RFC 3339 date-time ("2025-03-01T10:00:00.5+01:00"); digits behind the
 * millisecond are cut.
 *
 * @returns undefined for another format, a missing offset, a day that does not exist, a leap
 *   second, a time before 1970 or after 9999
 */
export const parseRfc3339 = (text: string): number | undefined => {
  const match = dateTime.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', offset = ''] = match;
  const wall = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number(fraction.slice(0, 3).padEnd(3, '0')),
  );
  // Date.UTC rolls 30 February over to March: what comes back must be what was written.
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const offsetMs = offsetOf(offset);
  if (offsetMs === undefined || !Number.isFinite(wall)) return undefined;
  if (formatRfc3339(wall).slice(0, 19) !== written) return undefined;
  const epochMs = wall - offsetMs;
  return epochMs >= 0 && epochMs <= LATEST_MS ? epochMs : undefined;
};

const offsetOf = (offset: string): number | undefined => {
  if (offset === 'Z' || offset === 'z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(4, 6));
  if (hours > 23 || minutes > 59) return undefined;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
};

/** RFC 3339 in UTC with milliseconds: "2025-03-01T10:00:00.000Z". */
export const formatRfc3339 = (epochMs: number): string => new Date(epochMs).toISOString();
