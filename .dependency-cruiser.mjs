// Which folder may import which, checked by `npm run test:lint`. Imports only go down; a new folder is covered without being named.
/** The layers of the core, top to bottom: each may import itself and those below it. */
const layers = [
  '(?:deploy|transfer|zip)',
  '(?:credential|retry)',
  '(?:alibaba|oss)',
  'http',
  'naming',
  '(?:errors|util)',
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      // Also by types alone: what needs each other to be understood belongs together, or a part of it elsewhere.
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-knows-no-vscode',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '^vscode$' },
    },
    {
      name: 'core-imports-core',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '^src/', pathNot: '^src/core/' },
    },
    {
      name: 'common-imports-down',
      severity: 'error',
      from: { path: '^src/common/' },
      to: { path: '^src/', pathNot: '^src/(?:common|core)/' },
    },
    {
      name: 'features-import-down',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/' },
      to: { path: '^src/', pathNot: '^src/(?:common|core|features/$1)/|^src/api[.]ts$' },
    },
    ...layers.flatMap((layer, index) =>
      index === 0
        ? []
        : [
            {
              name: `core-layer-${index}`,
              severity: 'error',
              from: { path: `^src/core/${layer}/` },
              to: { path: `^src/core/(?:${layers.slice(0, index).join('|')})/` },
            },
          ],
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
