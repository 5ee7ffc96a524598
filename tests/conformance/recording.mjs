// Which public methods of the official client exist, by its type declarations,
// and which of them a piece of code calls.

import { readFileSync } from 'node:fs';
import * as original from 'pocketbase';
import { inProject } from '../../scripts/project.mjs';

const declarations = inProject('node_modules', 'pocketbase', 'dist', 'pocketbase.es.d.mts');

/** `Class.method` of every public method and accessor, and the name of every function. */
export function declaredMethods() {
  const names = new Set();
  let className = null;
  for (const line of readFileSync(declarations, 'utf8').split('\n')) {
    const opened = /^declare (?:abstract )?class (\w+)/.exec(line);
    if (opened) className = opened[1];
    if (line.startsWith('}')) className = null;
    const alone = /^declare function (\w+)/.exec(line);
    if (alone) names.add(alone[1]);
    const member = className && publicMember(line);
    if (member) names.add(`${className}.${member}`);
  }
  return [...names].sort();
}

// What is abstract has no code to call; its classes' own have rows.
function publicMember(line) {
  if (/^ {4}(private|protected|readonly|constructor)\b/.test(line)) return null;
  return /^ {4}(?:[gs]et )?(\w+)(?:<[^(]*>)?\(/.exec(line)?.[1] ?? null;
}

/**
 * The client's module with every method and function recorded: `calls` fills with
 * their names. Properties are defined on the shared prototypes, so `restore` them.
 */
export async function recordCalls() {
  const calls = new Set();
  const undo = [];
  for (const [className, constructor] of classes()) {
    const descriptors = Object.getOwnPropertyDescriptors(constructor.prototype);
    for (const [name, descriptor] of Object.entries(descriptors)) {
      if (name === 'constructor') continue;
      Object.defineProperty(constructor.prototype, name, recorded(descriptor, (self) => {
        if (!isOverridden(self, constructor.prototype, name)) calls.add(`${className}.${name}`);
      }));
      undo.push(() => Object.defineProperty(constructor.prototype, name, descriptor));
    }
  }
  return { sdk: recordedModule(calls), calls, restore: () => undo.forEach((put) => put()) };
}

// A method that another class's own calls by `super` is the other's.
function isOverridden(self, prototype, name) {
  for (let at = Object.getPrototypeOf(self); at && at !== prototype; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, name)) return true;
  }
  return false;
}

function recorded(descriptor, note) {
  const copy = { ...descriptor };
  for (const kind of ['value', 'get', 'set']) {
    const inner = descriptor[kind];
    if (typeof inner !== 'function') continue;
    copy[kind] = function (...words) {
      note(this);
      return inner.apply(this, words);
    };
  }
  return copy;
}

// Classes stay themselves, as their prototypes are recorded; functions are wrapped.
function recordedModule(calls) {
  const wrapped = Object.entries(original).map(([name, value]) => {
    if (isClass(name)) return [name, value];
    return [name, (...words) => (calls.add(name), value(...words))];
  });
  return Object.fromEntries(wrapped);
}

const isClass = (name) => name === 'default' || /^[A-Z]/.test(name);

// Some services are not exported; a client has one of each.
function classes() {
  const client = new original.default('http://127.0.0.1');
  const services = [client.settings, client.files, client.backups, client.crons, client.sql, client.health];
  const found = new Map(services.map((service) => [service.constructor.name, service.constructor]));
  found.set('Client', original.default);
  for (const [name, value] of Object.entries(original)) {
    if (/^[A-Z]/.test(name)) found.set(name, value);
  }
  return found;
}
