// Realtime for Spring Boot: what a person is doing stays, when a page becomes fresh. License: Apache-2.0.

import { Idiomorph } from './idiomorph.js';

const PRESERVE = 'data-realtime-preserve';

/** What the server put into the head; what scripts have added since is theirs. @type {WeakSet<Node>} */
const served = new WeakSet(globalThis.document?.head?.children ?? []);

/**
 * Makes the page what the server says it is now, but for what is somebody's: what is typed, chosen, opened or played.
 *
 * @param {string} html
 */
export function morphPage(html) {
  const fresh = new DOMParser().parseFromString(html, 'text/html');
  // Read without scripts, their content would be elements; and of nonces a page does not tell
  fresh.querySelectorAll('noscript').forEach((element) => element.remove());
  fresh.querySelectorAll('[nonce]').forEach((element) => element.setAttribute('nonce', ''));
  morph(document.documentElement, fresh.documentElement);
}

/** @param {Element} element @param {string} html */
export function morphElement(element, html) {
  morph(element, html);
}

/** Calls back when a field that was left alone, since somebody was in it, is left. @type {() => void} */
let onLeft = () => {};
let left = false;

/** @param {() => void} callback */
export function whenFieldsAreLeft(callback) {
  onLeft = callback;
}

globalThis.document?.addEventListener('focusout', () => {
  if (left) onLeft();
  left = false;
});

/** @param {Element} old @param {Element | string} fresh */
function morph(old, fresh) {
  /** Fields whose value is somebody's, with what is chosen where the choices may become others. */
  const kept = new Map();
  /** Chosen by somebody: the server may choose another one of the group. @type {any[]} */
  const radios = [...old.querySelectorAll('[type=radio]:checked')].filter((radio) => !radio.hasAttribute('checked'));
  Idiomorph.morph(old, fresh, {
    morphStyle: 'outerHTML',
    callbacks: {
      beforeNodeMorphed(/** @type {any} */ old, /** @type {any} */ fresh) {
        if (old.nodeType !== 1) return true;
        if (isPreserved(old) || isPreserved(fresh) || old.isEqualNode(fresh)) return false;
        if (old.isContentEditable && old.contains(document.activeElement)) return false;
        if (isField(old) && isField(fresh) && isSomebodys(old, fresh)) kept.set(old, chosen(old));
        return true;
      },
      beforeNodeRemoved: (node) => !isPreserved(node),
      beforeAttributeUpdated(name, element) {
        if (element === document.documentElement) return false; // scripts choose themes there
        if (name === 'open') return !['details', 'dialog'].includes(element.localName);
        const field = element.localName === 'option' ? element.closest('select') : element;
        return !kept.has(field) || !['value', 'checked', 'selected'].includes(name);
      },
    },
    head: {
      shouldPreserve: isPreserved,
      shouldRemove: (element) => served.has(element),
      afterHeadMorphed: (_head, { added }) => added.forEach((element) => served.add(element)),
    },
  });
  kept.forEach((values, select) => values && choose(select, values));
  radios.forEach((radio) => (radio.checked = true));
}

/** @param {any} node */
function isPreserved(node) {
  return node.nodeType === 1 && node.hasAttribute(PRESERVE);
}

/** @param {Element} element */
function isField(element) {
  return ['input', 'textarea', 'select'].includes(element.localName);
}

/**
 * Whether it was changed since the server last said what is in it, and is not what the server says now, or somebody is
 * in it.
 *
 * @param {any} field @param {any} fresh
 */
function isSomebodys(field, fresh) {
  const now = state(field);
  if (now === state(fresh)) return false;
  if (now !== initialState(field)) return true;
  const here = field === document.activeElement && !['checkbox', 'radio', 'button', 'submit'].includes(field.type);
  if (here) left = true;
  return here;
}

/** @param {any} field */
function state(field) {
  if (field.localName === 'select') return JSON.stringify(chosen(field));
  return ['checkbox', 'radio'].includes(field.type) ? String(field.checked) : field.value;
}

/** @param {any} field */
function initialState(field) {
  if (field.localName === 'select') {
    const options = [...field.options];
    const selected = options.filter((option) => option.defaultSelected);
    const [first] = options.filter((option) => !option.disabled);
    const initial = field.multiple ? selected : [selected.at(-1) ?? first].filter(Boolean);
    return JSON.stringify(initial.map(({ value }) => value));
  }
  if (['checkbox', 'radio'].includes(field.type)) return String(field.defaultChecked);
  if (field.value === field.defaultValue || field.localName === 'textarea') return field.defaultValue;
  // A range or a colour is never empty, whatever stands in its attribute
  const copy = document.createElement('input');
  for (const { name, value } of field.attributes) copy.setAttribute(name, value);
  return copy.value;
}

/** @param {any} field */
function chosen(field) {
  if (field.localName !== 'select') return undefined;
  return [...field.selectedOptions].map(({ value }) => value);
}

/** @param {any} select @param {string[]} values */
function choose(select, values) {
  const options = [...select.options];
  if (!values.every((value) => options.some((option) => option.value === value))) return;
  for (const option of options) {
    const wanted = values.includes(option.value);
    if (option.selected !== wanted) option.selected = wanted;
  }
}
