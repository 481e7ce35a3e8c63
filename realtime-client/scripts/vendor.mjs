// Takes idiomorph over from its package, as a module that browsers load.

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';

const { version, license } = JSON.parse(readFileSync('node_modules/idiomorph/package.json', 'utf8'));
const script = readFileSync('node_modules/idiomorph/dist/idiomorph.min.js', 'utf8');
const origin = `/*! idiomorph ${version} | ${license} | https://github.com/bigskysoftware/idiomorph */`;

writeFileSync('idiomorph.js', `${origin}\n${script}\nexport { Idiomorph };\n`);
copyFileSync('node_modules/idiomorph/LICENSE', 'LICENSE-idiomorph');
