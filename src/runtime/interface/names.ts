// Export names: find the exported function that a name means.

import { createError } from '../../errors.js';
import type { ExternDescription } from '../../native.js';
import { formatList } from './format-list.js';

/** @internal A path of names to an export: its name, or an interface's name and a name in it. */
export type ExportPath = readonly string[];

/** @internal The exported function of a core module, whose names are taken literally. */
export function modulePath(exports: readonly ExternDescription[], name: string): ExportPath | undefined {
  return exports.some((one) => one.kind === 'function' && one.name === name) ? [name] : undefined;
}

/**
 * @internal The exported function of a component: `function` or `interface#function`, each by any of its names.
 *
 * @throws {@link WasmError} `UNKNOWN_EXPORT` for the short name of several interfaces that have the function.
 */
export function componentPath(exports: readonly ExternDescription[], name: string): ExportPath | undefined {
  const [first = '', second, ...more] = name.split('#');
  if (more.length > 0) return undefined;
  if (second === undefined) return functionPath(exports, first);
  const interfaces = interfacesOf(exports, first);
  const paths = interfaces.flatMap((one) => {
    const inner = functionPath(one.exports ?? [], second);
    return inner ? [[one.name, ...inner]] : [];
  });
  if (interfaces.length > 1 && paths.length > 0) {
    throw ambiguous(
      name,
      paths.map((path) => path.join('#')),
    );
  }
  return paths[0];
}

function functionPath(exports: readonly ExternDescription[], name: string): ExportPath | undefined {
  const found = exports.find((one) => one.kind === 'function' && (one.jsName === name || one.name === name));
  return found && [found.name];
}

/** The interface of this full name, or all interfaces of this short name. */
function interfacesOf(exports: readonly ExternDescription[], name: string): readonly ExternDescription[] {
  const found = exports.find((one) => one.kind === 'instance' && one.name === name);
  return found ? [found] : (interfacesByShortName(exports).get(name) ?? []);
}

type InterfacesByShortName = ReadonlyMap<string, readonly ExternDescription[]>;

/** Computed once for each guest, not for each instance. */
const interfacesOfGuests = new WeakMap<readonly ExternDescription[], InterfacesByShortName>();

/** @internal The interfaces by their short names, which several may share. */
export function interfacesByShortName(exports: readonly ExternDescription[]): InterfacesByShortName {
  const known = interfacesOfGuests.get(exports);
  if (known) return known;
  const found = new Map<string, ExternDescription[]>();
  for (const one of exports) {
    if (one.kind !== 'instance') continue;
    for (const name of shortNames(one.name)) found.set(name, [...(found.get(name) ?? []), one]);
  }
  interfacesOfGuests.set(exports, found);
  return found;
}

/** The short names of `acme:calc/big-ops@1.0.0` are `big-ops` and, as in jco, `bigOps`. */
function shortNames(name: string): ReadonlySet<string> {
  const last = name.replace(/^.*\//, '').replace(/@.*$/, '');
  return new Set([last, last.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())]);
}

/** @internal The error of a name that means several exports. @param fullNames - The unambiguous names. */
export function ambiguous(name: string, fullNames: readonly string[]): Error {
  const message = `'${name}' is ambiguous: use ${fullNames.join(' or ')}`;
  return createError({ code: 'UNKNOWN_EXPORT', message });
}

/** @internal The error of a name that means no function. @param as - Which names of the existing functions it lists. */
export function unknownExport(name: string, exports: readonly ExternDescription[], as: 'name' | 'jsName'): Error {
  const found = exports.find((one) => one.name === name || one.jsName === name)?.kind;
  const kind = found ?? (interfacesByShortName(exports).has(name) ? 'instance' : undefined);
  const what =
    kind === undefined ? `no exported function '${name}'` : `'${name}' is ${withArticle(kind)}, not a function`;
  const names = functionNames(exports, (one) => one[as]);
  const listed = names.length === 0 ? 'none' : formatList(names.map(quoteName));
  return createError({ code: 'UNKNOWN_EXPORT', message: `${what}; exported functions: ${listed}` });
}

function withArticle(kind: string): string {
  return kind === 'instance' ? 'an interface' : `a ${kind}`;
}

/** The parts of a descriptor that name its functions. */
interface NamedExport {
  readonly kind: string;
  readonly name: string;
  readonly exports?: readonly NamedExport[];
}

/** @internal The functions that can be called, named as a written call names them. */
export function callableNames(exports: readonly NamedExport[]): string[] {
  return functionNames(exports, ({ name }) => name).map(quoteName);
}

/** The names of all functions; those of interfaces follow `interface#`. */
function functionNames<T extends NamedExport & { readonly exports?: readonly T[] }>(
  exports: readonly T[],
  nameOf: (one: T) => string,
): string[] {
  return exports.flatMap((one) => {
    if (one.kind === 'function') return [nameOf(one)];
    if (one.kind !== 'instance') return [];
    return functionNames(one.exports ?? [], nameOf).map((inner) => `${nameOf(one)}#${inner}`);
  });
}

/** The name, in quotes if it would not be read as a name. */
function quoteName(name: string): string {
  return /^[^\s("\p{Cc}]([^("\p{Cc}]*[^\s("\p{Cc}])?$/u.test(name) ? name : JSON.stringify(name);
}
