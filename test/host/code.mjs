#!/usr/bin/env node
// A `code` for @vscode/test-electron's runTests({ vscodeExecutablePath }): must be an executable file, so it is plain JavaScript.
import { register } from 'tsx/esm/api';

register();
const { runCode } = await import('./code.ts');
process.exit(await runCode(process.argv.slice(2)));
