/** Numbers inside results: found by their path, compared by the unit in their name. */

/** A number of a result. */
export interface Figure {
  /** Path in the results, texts beside it included: `[writers 4] ratioToRaw`. */
  readonly label: string;
  readonly value: number;
}

/** A figure beside its stored one. */
export interface Compared {
  readonly label: string;
  readonly before: number;
  readonly now: number;
  /** Growth as a share of the stored figure. */
  readonly change: number;
  /** Past the margin in the wrong direction. */
  readonly worse: boolean;
}

/** How much worse a figure may be than the stored one. */
export const MARGIN = 0.25;

const MORE_IS_BETTER = /perSecond$|rate$|^ratio/i;
const LESS_IS_BETTER = /(Ms|Micros|Seconds|Mib|Bytes)$|Micros?Per|BytesPer|Ms\b/;

/** All numbers, depth first; elements of a list are named by their texts or number. */
export const figuresOf = (results: unknown, path = ''): readonly Figure[] => {
  if (typeof results === 'number') return [{ label: path, value: results }];
  if (Array.isArray(results)) {
    return results.flatMap((item: unknown, index) =>
      figuresOf(item, `${path}[${nameOf(item) ?? index}]`),
    );
  }
  if (typeof results !== 'object' || results === null) return [];
  return Object.entries(results).flatMap(([name, value]) =>
    figuresOf(value, path === '' ? name : `${path} ${name}`),
  );
};

/** Figures that have a better direction and were stored before. */
export const comparedFigures = (stored: unknown, measured: unknown): readonly Compared[] => {
  const before = new Map(figuresOf(stored).map(({ label, value }) => [label, value]));
  return figuresOf(measured).flatMap(({ label, value: now }) => {
    const old = before.get(label);
    const unit = label.slice(label.lastIndexOf(' ') + 1);
    const more = MORE_IS_BETTER.test(unit);
    if (old === undefined || old === 0 || !(more || LESS_IS_BETTER.test(unit))) return [];
    const change = (now - old) / old;
    return [{ label, before: old, now, change, worse: (more ? -change : change) > MARGIN }];
  });
};

const nameOf = (item: unknown): string | undefined => {
  if (typeof item !== 'object' || item === null) return undefined;
  const parts = Object.entries(item).filter(
    ([name, value]) => typeof value === 'string' || /^(writers|recordsPerTransaction)$/.test(name),
  );
  return parts.length === 0 ? undefined : parts.map(([, value]) => String(value)).join(' ');
};
