/** File names say the idea and the role; a spec that no runner collects is an error. */
import { basename } from 'node:path';
import type { Finding } from './finding';

const ROLES = [
  'port',
  'decider',
  'fold',
  'topology',
  'controller',
  'module',
  'errors',
  'bench',
  'contract',
  'd',
];
const SPEC_ROLES = ['unit.spec', 'int.spec', 'e2e.spec', 'engines.spec'];
const VAGUE = /^(utils?|helpers?|common|misc|old-.*|.*-split-two)\./;
const SOURCE = /^(libs|apps|test|tools|examples)\/.*\.(ts|tsx|mjs)$/;
const NAME = new RegExp(
  `^[a-z0-9]+(-[a-z0-9]+)*(\\.(${[...ROLES, ...SPEC_ROLES].join('|')}))?\\.(ts|tsx|mjs)$`,
);

/** Findings about the names of source files. */
export const badFileNames = (files: readonly string[]): readonly Finding[] =>
  files
    .filter((file) => SOURCE.test(file) && !file.startsWith('tools/deps-fixtures/'))
    .flatMap((file) => {
      const name = basename(file);
      if (VAGUE.test(name)) return [{ file, message: 'the name says nothing: name the idea' }];
      if (!NAME.test(name)) {
        const roles = [...ROLES, ...SPEC_ROLES].join(', ');
        return [{ file, message: `not kebab-case with one of the roles ${roles}` }];
      }
      return [];
    });
