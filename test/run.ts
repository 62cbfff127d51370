// Runs the project's tests: `tsx test/run.ts [stage…]`, all but desktop, slow, soak and the spend- ones, which are parts of unit and extension, when none is named. The last line is "N passed, N failed".
import { ensureHost } from './host/install.ts';
import { extensionStage } from './stages/extension.ts';
import { nodeStage } from './stages/node.ts';
import { toolStage } from './stages/tool.ts';
import { report, type Stage } from './stages/stage.ts';

const stages = {
  lint: toolStage('oxlint/bin/oxlint', ['--type-aware', '--deny-warnings']),
  types: toolStage('typescript/bin/tsc', ['--noEmit']),
  build: toolStage('../esbuild.mjs', []),
  unit: nodeStage(['test/unit', 'test/gateway', 'test/demo', 'test/faults'], '.test.ts', 2),
  host: nodeStage(['test/host'], '.test.ts', 1),
  extension: extensionStage('host'),
  ui: nodeStage(['test/ui'], '.test.ts', 1, 30),
  panel: nodeStage(['test/panel'], '.test.ts', 1, 40),
  spend: nodeStage(['test/spend'], '.test.ts', 1, 20),
  'spend-unit': nodeStage(['test/unit/spend', 'test/unit/jobs'], '.test.ts', 2),
  'spend-extension': extensionStage('host', 'spend'),
  desktop: extensionStage('desktop'),
  slow: nodeStage(['test'], '.slow.ts', 2),
  soak: nodeStage(['test'], '.soak.ts', 1, 90),
} as const satisfies Record<string, Stage>;

type Name = keyof typeof stages;
const byDefault: readonly Name[] = ['lint', 'types', 'build', 'unit', 'host', 'extension', 'ui', 'panel', 'spend'];
const needHost: ReadonlySet<Name> = new Set(['host', 'extension', 'ui', 'panel', 'spend', 'spend-extension', 'soak']);

function isName(word: string): word is Name {
  return Object.hasOwn(stages, word);
}

const words = process.argv.slice(2);
const names = words.length === 0 ? byDefault : words.filter(isName);
const unknown = words.filter((word) => !isName(word));
if (unknown.length > 0) {
  console.error(`There is no stage ${unknown.join(', ')}. The stages are ${Object.keys(stages).join(', ')}.`);
  process.exit(2);
}

// Installed while the first stages run; a failure is told by each stage that needs it.
if (names.some((name) => needHost.has(name))) ensureHost().catch(() => undefined);

process.exit(await report(names.map((name) => [name, stages[name]])));
