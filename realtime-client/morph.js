// Realtime for Spring Boot: refreshes a page, and keeps the input of its user. License: Apache-2.0.

import { Idiomorph } from './idiomorph.js';

const PRESERVE = 'data-realtime-preserve';

/** Elements of the head that came from the server: those of scripts must stay. @type {WeakSet<Node>} */
const served = new WeakSet(globalThis.document?.head?.children ?? []);

/**
 * Changes the page into the one that the server has rendered, except for what the user has typed, chosen, opened or played.
 *
 * @param {string} html
 */
export function morphPage(html) {
  const fresh = new DOMParser().parseFromString(html, 'text/html');
  // A parser without scripts reads the content of noscript as elements, and browsers hide the nonces of a page
  fresh.querySelectorAll('noscript').forEach((element) => element.remove());
  fresh.querySelectorAll('[nonce]').forEach((element) => element.setAttribute('nonce', ''));
  morph(document.documentElement, fresh.documentElement);
}

/** @param {Element} element @param {string} html */
export function morphElement(element, html) {
  morph(element, html);
}

/** Called when the user leaves a field that was not changed for that reason. @type {() => void} */
let fieldLeft = () => {};
let fieldSkipped = false;

/** @param {() => void} callback */
export function onFieldLeft(callback) {
  fieldLeft = callback;
}

globalThis.document?.addEventListener('focusout', () => {
  if (fieldSkipped) fieldLeft();
  fieldSkipped = false;
});

/** @param {Element} old @param {Element | string} fresh */
function morph(old, fresh) {
  /** Fields with the user's input; for a select, with the chosen values, because its options may change. */
  const kept = new Map();
  /** Chosen by the user, while the server may choose another one of the group. @type {any[]} */
  const radios = [...old.querySelectorAll('[type=radio]:checked')].filter((radio) => !radio.hasAttribute('checked'));
  Idiomorph.morph(old, fresh, {
    morphStyle: 'outerHTML',
    callbacks: {
      beforeNodeMorphed(/** @type {any} */ old, /** @type {any} */ fresh) {
        if (old.nodeType !== 1) return true;
        if (isPreserved(old) || isPreserved(fresh) || old.isEqualNode(fresh)) return false;
        if (old.isContentEditable && old.contains(document.activeElement)) return false;
        if (isField(old) && isField(fresh) && hasUserInput(old, fresh)) kept.set(old, chosen(old));
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
 * Whether the user has changed the field to something that the server does not know, or is in it.
 *
 * @param {any} field @param {any} fresh
 */
function hasUserInput(field, fresh) {
  const now = state(field);
  if (now === state(fresh)) return false;
  if (now !== initialState(field)) return true;
  const focused = field === document.activeElement && !['checkbox', 'radio', 'button', 'submit'].includes(field.type);
  if (focused) fieldSkipped = true;
  return focused;
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
  // A range or a color is never empty, whatever its attribute is
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
