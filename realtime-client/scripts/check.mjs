// What `npm run check` looks at once the types are right: that the declarations are those of the modules, that the
// modules are as small as they promise, and that the package holds what it should.

import { execSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const MODULES = readdirSync('.').filter((name) => name.endsWith('.js') && name !== 'idiomorph.js');
/** What a page loads, all modules that are imported included, beside what it has loaded before. */
const LIMITS = [
  { what: 'connection.js', most: 7.25 * 1024 },
  { what: 'client.js', beside: ['connection.js', 'state.js', 'actions.js'], most: 3.5 * 1024 },
  { what: 'state.js', beside: ['connection.js', 'cursor.js'], most: 7.25 * 1024 },
  { what: 'react.js', beside: ['client.js'], most: 2.25 * 1024 },
  { what: 'watch.js', beside: ['client.js'], most: 1024 },
  { what: 'actions.js', beside: ['connection.js'], most: 2 * 1024 },
  { what: 'views.js', beside: ['client.js'], most: 6 * 1024 },
];
const declaration = (module) => module.replace('.js', '.d.ts');
const FILES = [
  'LICENSE', 'LICENSE-idiomorph', 'README.md', 'idiomorph.d.ts', 'idiomorph.js', 'package.json', 'types.d.ts',
  ...MODULES, ...MODULES.map(declaration),
].sort();

const faults = [];
const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

for (const name of MODULES.map(declaration)) {
  if (read(name) === read(`target/types/${name}`)) continue;
  faults.push(`${name} is not what its module says: run \`npm run types\``);
}

/** @returns {Set<string>} a module and all that it imports */
const closure = (name, found = new Set()) => {
  if (!found.has(name) && MODULES.includes(name)) {
    found.add(name);
    for (const [, imported] of read(name).matchAll(/ from '\.\/([\w-]+\.js)';/g)) closure(imported, found);
  }
  return found;
};
const sizes = LIMITS.map(({ what, beside = [], most }) => {
  const before = new Set(beside.flatMap((name) => [...closure(name)]));
  const loaded = [...closure(what)].filter((name) => !before.has(name));
  const size = loaded.reduce((sum, name) => sum + gzipSync(read(name), { level: 9 }).length, 0);
  if (size >= most) faults.push(`${what}: ${size} bytes compressed, and there may be less than ${most}`);
  return `${what}: ${size} bytes compressed in ${loaded.length} modules`;
});

// It is here, so that a build needs no Node, and a browser finds it
const { version, license } = JSON.parse(read('node_modules/idiomorph/package.json'));
const vendored = `/*! idiomorph ${version} | ${license} | https://github.com/bigskysoftware/idiomorph */
${read('node_modules/idiomorph/dist/idiomorph.min.js')}
export { Idiomorph };
`;
if (read('idiomorph.js') !== vendored) faults.push('idiomorph.js is not that of the package: run `npm run vendor`');
if (read('LICENSE-idiomorph') !== read('node_modules/idiomorph/LICENSE')) faults.push('LICENSE-idiomorph is another');

const pack = execSync('npm pack --dry-run --json', { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const [{ files }] = JSON.parse(pack);
const packed = files.map(({ path }) => path).sort();
if (packed.join() !== FILES.join()) faults.push(`the package holds ${packed.join(', ')}`);

if (/"resolved"/.test(read('package-lock.json'))) faults.push('package-lock.json names a registry: see .npmrc');

for (const fault of faults) console.error(fault);
if (faults.length) process.exitCode = 1;
else console.log(sizes.join('\n'));
