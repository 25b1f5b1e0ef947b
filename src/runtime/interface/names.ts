/** Which exported function does a name mean, and what is said where it means none? */

import { createError } from '../../errors.js';
import type { ItemDescription } from '../../native.js';
import { listed } from './format-list.js';

/** @internal A path of names to an export: one, or an interface's and one in it. */
export type Path = readonly string[];

/** @internal The exported function of a core module, whose names are taken as they are. */
export function corePath(items: readonly ItemDescription[], name: string): Path | undefined {
  return items.some((item) => item.kind === 'function' && item.name === name) ? [name] : undefined;
}

/**
 * @internal The exported function of a component: `function` or `interface#function`, each by any of its names.
 *
 * @throws {@link WasmError} `UNKNOWN_EXPORT` for the short name of several interfaces that have the function.
 */
export function componentPath(items: readonly ItemDescription[], name: string): Path | undefined {
  const [first = '', second, ...more] = name.split('#');
  if (more.length > 0) return undefined;
  if (second === undefined) return functionPath(items, first);
  const interfaces = interfacesOf(items, first);
  const paths = interfaces.flatMap((item) => {
    const inner = functionPath(item.items ?? [], second);
    return inner ? [[item.name, ...inner]] : [];
  });
  if (interfaces.length > 1 && paths.length > 0) {
    throw ambiguous(
      name,
      paths.map((path) => path.join('#')),
    );
  }
  return paths[0];
}

function functionPath(items: readonly ItemDescription[], name: string): Path | undefined {
  const found = items.find((item) => item.kind === 'function' && (item.jsName === name || item.name === name));
  return found && [found.name];
}

/** The interface of this full name, or all that have it for short. */
function interfacesOf(items: readonly ItemDescription[], name: string): readonly ItemDescription[] {
  const found = items.find((item) => item.kind === 'instance' && item.name === name);
  return found ? [found] : (byShortName(items).get(name) ?? []);
}

type ByShortName = ReadonlyMap<string, readonly ItemDescription[]>;

/** Of each guest once, not of each of its instances. */
const known = new WeakMap<readonly ItemDescription[], ByShortName>();

/** @internal The interfaces by their short names, which several may share. */
export function byShortName(items: readonly ItemDescription[]): ByShortName {
  const found = known.get(items);
  if (found) return found;
  const made = new Map<string, ItemDescription[]>();
  for (const item of items) {
    if (item.kind !== 'instance') continue;
    for (const name of shortNames(item.name)) made.set(name, [...(made.get(name) ?? []), item]);
  }
  known.set(items, made);
  return made;
}

/** `acme:calc/big-ops@1.0.0` is `big-ops` for short, and `bigOps`, as in jco. */
function shortNames(name: string): ReadonlySet<string> {
  const last = name.replace(/^.*\//, '').replace(/@.*$/, '');
  return new Set([last, last.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())]);
}

/** @internal The error of a name that means several exports. @param fullNames - What tells them apart. */
export function ambiguous(name: string, fullNames: readonly string[]): Error {
  const message = `'${name}' is ambiguous: use ${fullNames.join(' or ')}`;
  return createError({ code: 'UNKNOWN_EXPORT', message });
}

/** @internal The error of a name that means no function. @param as - By which of their names it lists those that there are. */
export function unknownExport(name: string, items: readonly ItemDescription[], as: 'name' | 'jsName'): Error {
  const found = items.find((item) => item.name === name || item.jsName === name)?.kind;
  const kind = found ?? (byShortName(items).has(name) ? 'instance' : undefined);
  const what = kind === undefined ? `no exported function '${name}'` : `'${name}' is ${withArticle(kind)}, no function`;
  const names = functionNames(items, (item) => item[as]);
  const there = names.length === 0 ? 'none' : listed(names.map(written));
  return createError({ code: 'UNKNOWN_EXPORT', message: `${what}; there is ${there}` });
}

function withArticle(kind: string): string {
  return kind === 'instance' ? 'an interface' : `a ${kind}`;
}

/** What of an export says how it is called. */
interface Named {
  readonly kind: string;
  readonly name: string;
  readonly items?: readonly Named[];
}

/** @internal The functions that can be called, as they are written in a call. */
export function callableNames(items: readonly Named[]): string[] {
  return functionNames(items, ({ name }) => name).map(written);
}

/** The names of all functions: those of an interface behind `interface#`. */
function functionNames<T extends Named>(items: readonly T[], nameOf: (item: T) => string): string[] {
  return items.flatMap((item) => {
    if (item.kind === 'function') return [nameOf(item)];
    if (item.kind !== 'instance') return [];
    const inner = (item.items ?? []) as readonly T[];
    return functionNames(inner, nameOf).map((of) => `${nameOf(item)}#${of}`);
  });
}

/** In quotes where it would not be read as a name. */
function written(name: string): string {
  return /^[^\s("\p{Cc}]([^("\p{Cc}]*[^\s("\p{Cc}])?$/u.test(name) ? name : JSON.stringify(name);
}
