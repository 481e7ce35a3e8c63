// What `npm run check` looks at once the types are right: that client.d.ts is the one of client.js, that the client is
// as small as it promises, and that the package holds what it should.

import { execSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT = 6 * 1024;
const FILES = ['LICENSE', 'README.md', 'client.d.ts', 'client.js', 'package.json'];

const faults = [];
const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

if (read('client.d.ts') !== read('target/types/client.d.ts')) {
  faults.push('client.d.ts is not what client.js says: run `npm run types`');
}

const size = gzipSync(read('client.js'), { level: 9 }).length;
if (size >= LIMIT) faults.push(`client.js has ${size} bytes compressed, and may have less than ${LIMIT}`);

const pack = execSync('npm pack --dry-run --json', { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
const [{ files }] = JSON.parse(pack);
const packed = files.map(({ path }) => path).sort();
if (packed.join() !== FILES.join()) faults.push(`the package holds ${packed.join(', ')}`);

if (/"resolved"/.test(read('package-lock.json'))) faults.push('package-lock.json names a registry: see .npmrc');

for (const fault of faults) console.error(fault);
if (faults.length) process.exitCode = 1;
else console.log(`client.js: ${size} bytes compressed`);
