// Hooks of Node's module loader: a module is loaded only once, so each page of a test has modules of its own.

import { readFile } from 'node:fs/promises';

/** There is no DOM here: what becomes of the page is noted. */
const MORPH = `
export const morphPage = (html) => morphs.push(html);
export const morphElement = (element, html) => morphs.push([element, html]);
export const onFieldLeft = (callback) => (fieldsLeft = callback);
`;

/** What a page's module imports is of that page, too. */
export async function resolve(specifier, context, next) {
  const { search } = new URL(context.parentURL ?? 'file:///');
  const resolved = await next(specifier, context);
  return search && specifier.startsWith('./') ? { ...resolved, url: resolved.url + search } : resolved;
}

/** A module believes that it was loaded from where the server has it. */
export async function load(address, context, next) {
  const url = new URL(address);
  const home = url.searchParams.get('home');
  if (!home) return next(address, context);
  const name = url.pathname.split('/').at(-1);
  const text = name === 'morph.js' ? MORPH : await readFile(new URL(url.pathname, 'file:///'), 'utf8');
  const source = text.replaceAll('import.meta.url', JSON.stringify(home.replace('client.js', name)));
  return { format: 'module', source, shortCircuit: true };
}
