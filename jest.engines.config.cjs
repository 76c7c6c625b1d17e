/** Suites that need real engines; `npm run test:engines` starts the engines and runs them. */
const { projects, reporters } = require('./jest.config.cjs');

const { displayName: _, ...shared } = projects[0];

module.exports = {
  ...shared,
  displayName: 'engines',
  testMatch: ['<rootDir>/{apps,libs,test,tools}/**/*.engines.spec.ts'],
  globalSetup: '<rootDir>/test/engines/before-all-specs.ts',
  globalTeardown: '<rootDir>/test/engines/after-all-specs.ts',
  maxWorkers: 1,
  reporters,
  testTimeout: 180_000,
};
