import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cachedFolder } from './cached-folder';

describe('a cached folder', () => {
  let cache: string;
  const before = process.env['MILLRACE_ENGINES'];
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'millrace-cache-'));
    process.env['MILLRACE_ENGINES'] = cache;
  });
  afterEach(() => {
    if (before === undefined) delete process.env['MILLRACE_ENGINES'];
    else process.env['MILLRACE_ENGINES'] = before;
    rmSync(cache, { recursive: true });
  });

  const engine = (make: (folder: string) => Promise<void>) => ({ name: 'e-1', what: 'e 1', make });

  it('is made once for two that ask at the same time', async () => {
    let made = 0;
    const make = async (folder: string): Promise<void> => {
      made += 1;
      await new Promise(setImmediate);
      writeFileSync(join(folder, 'jar'), 'x');
    };
    const [one, other] = await Promise.all([
      cachedFolder(engine(make)),
      cachedFolder(engine(make)),
    ]);
    expect([one, other]).toEqual([join(cache, 'e-1'), join(cache, 'e-1')]);
    expect(made).toBe(1);
    expect(readdirSync(cache)).toEqual(['e-1']);
    expect(readdirSync(one)).toEqual(['jar']);
  });

  it('does not appear when making it fails, and is made by the next who asks', async () => {
    const failing = cachedFolder(
      engine(async (folder) => {
        writeFileSync(join(folder, 'half'), 'x');
        throw new Error('no network');
      }),
    );
    await expect(failing).rejects.toThrow('no network');
    expect(readdirSync(cache)).toEqual([]);
    const folder = await cachedFolder(engine(async () => undefined));
    expect(existsSync(folder)).toBe(true);
  });

  it('is made though a maker that was killed left its lock', async () => {
    // Process ids end at 4 194 304 (2^22) on Linux and at 99 998 on macOS.
    writeFileSync(join(cache, 'e-1.lock'), '99999999');
    await expect(cachedFolder(engine(async () => undefined))).resolves.toBe(join(cache, 'e-1'));
  });
});
