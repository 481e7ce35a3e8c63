// Writes the declarations of the modules to target/types. It looks at copies: beside its declarations the compiler
// would not look at a module any more.

import { execSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync } from 'node:fs';

const SOURCES = [
  ...readdirSync('.').filter((name) => name.endsWith('.js') && name !== 'idiomorph.js'),
  'idiomorph.d.ts', 'types.d.ts', 'tsconfig.json',
];

rmSync('target/types', { recursive: true, force: true });
for (const name of SOURCES) cpSync(name, `target/types/${name}`);
try {
  execSync('tsc -p target/types', { stdio: 'inherit' });
} catch {
  process.exitCode = 1; // the compiler has said why
}
