/** Time and chance are arguments; nothing is switched off or left open. */
import type { Finding } from './finding';

interface Ban {
  readonly pattern: RegExp;
  readonly where: RegExp;
  readonly except: RegExp;
  readonly message: string;
}

const CODE = /^(libs|apps)\/[^/]+\/src\/.*\.ts$/;
const ALL_CODE = /^(libs|apps|test|tools|examples)\/.*\.(ts|mjs)$/;
const SPEC = /\.spec\.ts$/;
/** Adapters and platform own the clock; the command line and the demo run on the real one. */
const OWNS_TIME =
  /^libs\/(platform|event-log-embedded|event-log-kafka|views-postgres)\/|^apps\/millrace\/|\.spec\.ts$/;

const BANS: readonly Ban[] = [
  {
    pattern: /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandomUUID\(/,
    where: CODE,
    except: OWNS_TIME,
    message: 'time and chance are arguments: take a Clock or a seeded random',
  },
  {
    pattern: /\b(setTimeout|setInterval)\(/,
    where: CODE,
    except: OWNS_TIME,
    message: 'no timers here: take a scheduling port',
  },
  {
    pattern: /\b(it|test|describe)\.(only|skip)\(|\bx(it|describe)\(/,
    where: ALL_CODE,
    except: /^tools\/house\//,
    message: 'a test is switched off or narrowed',
  },
  {
    pattern: /\bTODO\b(?!\(#\d+\))|\bFIXME\b/,
    where: ALL_CODE,
    except: /^tools\/house\//,
    message: 'finish it, or name an issue: TODO(#n)',
  },
  {
    pattern: /^export \*/,
    where: CODE,
    except: SPEC,
    message: 'name each export by hand',
  },
];

/** Findings of banned text in one file. */
export const bannedText = (file: string, text: string): readonly Finding[] => {
  const bans = BANS.filter((ban) => ban.where.test(file) && !ban.except.test(file));
  if (bans.length === 0) return [];
  return text
    .split('\n')
    .flatMap((line, index) =>
      bans
        .filter((ban) => ban.pattern.test(line) && !/^\s*(\*|\/\/|\/\*)/.test(line))
        .map((ban) => ({ file, line: index + 1, message: ban.message })),
    );
};
