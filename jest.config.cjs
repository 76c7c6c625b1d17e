/** One configuration, a project for each role of spec file; `npm test` runs them all. */
const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  moduleNameMapper: {
    '^@millrace/([^/]+)/testing$': '<rootDir>/libs/$1/src/testing/index.ts',
    '^@millrace/([^/]+)$': ['<rootDir>/libs/$1/src/index.ts', '<rootDir>/apps/$1/src/index.ts'],
  },
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
};

const project = (displayName, suffix) => ({
  ...shared,
  displayName,
  testMatch: [`<rootDir>/{apps,libs,test,tools,examples}/**/*.${suffix}.spec.ts`],
});

const reporters = ['default', '<rootDir>/tools/closing-line-reporter.cjs'];

module.exports = {
  maxWorkers: 2,
  reporters,
  testTimeout: 60_000,
  projects: [project('unit', 'unit'), project('int', 'int'), project('e2e', 'e2e')],
};
