/**
 * Dependencies point one way. Rules go by folder; each has a fixture in tools/deps-fixtures that
 * breaks it (`npm run house` proves that every rule still fires).
 */
const ORDER = [
  'event-log',
  'event-log-embedded',
  'event-log-kafka',
  'event-sourcing',
  'streams',
  'projections',
  'payments',
  'fraud',
  'views',
  'views-postgres',
  'platform',
  'testkit',
];

const SPEC = '\\.spec\\.ts$';

/** A lib imports only libs above it in the list. Specs may also import testkit and adapters. */
const layers = ORDER.map((lib, index) => ({
  name: `${lib}-imports-upwards`,
  severity: 'error',
  from: { path: `^libs/${lib}/src/`, pathNot: SPEC },
  to: { path: `^libs/(${ORDER.slice(index + 1).join('|') || 'none'})/` },
})).slice(0, -1);

/** Libraries that are written to be published know nothing of the domain. */
const generic = ['event-sourcing', 'streams', 'projections'].map((lib) => ({
  name: `${lib}-knows-no-adapter`,
  severity: 'error',
  from: { path: `^libs/${lib}/src/`, pathNot: SPEC },
  to: { path: '^libs/event-log-(embedded|kafka)/' },
}));

module.exports = {
  forbidden: [
    ...layers,
    ...generic,
    {
      name: 'payments-is-closed',
      severity: 'error',
      from: { path: '^libs/payments/src/', pathNot: SPEC },
      to: { pathNot: '^libs/payments/src/|zod' },
    },
    {
      name: 'testkit-stays-small',
      severity: 'error',
      from: { path: '^libs/testkit/src/', pathNot: SPEC },
      to: { path: '^libs/', pathNot: '^libs/(testkit|payments|event-log)/' },
    },
    {
      name: 'no-app-to-app',
      severity: 'error',
      from: { path: '^apps/([^/]+)/', pathNot: '^apps/millrace/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'no-lib-to-app',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'one-door-per-package',
      severity: 'error',
      from: { path: '^(libs|apps)/([^/]+)/' },
      to: {
        path: '^(libs|apps)/[^/]+/src/',
        pathNot: ['^$1/$2/', '^(libs|apps)/[^/]+/src/(index|testing/index)\\.ts$'],
      },
    },
    {
      name: 'testing-door-is-for-tests',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: [SPEC, '/src/testing/'] },
      to: { path: '^libs/[^/]+/src/testing/' },
    },
    {
      // Types alone may refer to each other: such a cycle does not exist when the program runs.
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: '/dist/' },
    tsConfig: { fileName: 'tsconfig.deps.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'default'] },
  },
};
