// Imports of a Rust crate: each path in its code, resolved through re-exports to the file that defines the item.
import { readRust } from './rust-source.mjs';

/**
 * The imports between the files of a crate.
 *
 * The declaration `mod x;` is not an import, nor is the import of a module: only the items named through it count. A
 * re-export is an import of the re-exporting file only if its own code uses the item. Files that import the item
 * through it import the defining file.
 *
 * @param sources - The text of each file, by its path relative to the crate's `src`, with `/`.
 * @returns `{ from, to, line }` of each import.
 */
export function rustImports(sources) {
  const files = [...sources].map(([file, text]) => ({ file, source: readRust(text, moduleOf(file)) }));
  const crate = createCrate(files);
  return files.flatMap(({ file, source: { modules, mentions, names } }) => {
    const imported = modules.flatMap(({ path, imports }) =>
      imports
        .filter(({ isReexport, name }) => !isReexport || names.has(name))
        .flatMap((one) => targetsOf(crate, path, one, names)),
    );
    const mentioned = mentions.map(({ module, path, line }) => ({ to: resolve(crate, module, path).file, line }));
    return [...imported, ...mentioned]
      .filter(({ to }) => to !== undefined)
      .map(({ to, line }) => ({ from: file, to, line }));
  });
}

/** `value/mod.rs` and `value.rs` are both the module `value`; `lib.rs` is the root. */
function moduleOf(file) {
  const path = file.replace(/\.rs$/, '').split('/');
  if (path.at(-1) === 'mod') path.pop();
  return path.join('/') === 'lib' ? [] : path;
}

const keyOf = (path) => path.join('::');

function createCrate(files) {
  const crate = new Map();
  for (const { file, source } of files) {
    for (const { path, defines, imports } of source.modules) {
      const bindings = new Map(imports.filter(({ isGlob }) => !isGlob).map((one) => [one.name, one.path]));
      const globs = imports.filter(({ isGlob }) => isGlob).map((one) => one.path);
      crate.set(keyOf(path), { file, path, defines, bindings, globs });
    }
  }
  return crate;
}

/** The targets of an import. A glob has those whose names the importing file uses. */
function targetsOf(crate, module, { path, isGlob, line }, names) {
  if (!isGlob) return [{ to: resolve(crate, module, path).file, line }];
  const { module: source } = resolve(crate, module, path);
  if (source === undefined) return [];
  const { defines, bindings } = crate.get(keyOf(source));
  const used = [...defines, ...bindings.keys()].filter((name) => names.has(name));
  return used.map((name) => ({ to: lookUp(crate, source, name, new Set()).file, line }));
}

/**
 * Resolves `path`, written in `module`.
 *
 * @returns `{ file }` of the item that it names, `{ module }` if it names a module, or `{}` if it leads to another
 * crate.
 */
function resolve(crate, module, path, seen = new Set()) {
  const [at, rest] = anchor(module, path);
  if (rest.length === 0) return { module: at };
  const isAnchored = rest.length < path.length;
  let current = at;
  for (const [index, name] of rest.entries()) {
    const found = lookUp(crate, current, name, seen, index === rest.length - 1);
    // An item that a macro defines is not found. It belongs to the module that the path leads to.
    if (found.file === undefined && found.module === undefined) {
      const isOurs = (isAnchored || index > 0) && !found.isForeign;
      return isOurs ? { file: crate.get(keyOf(current))?.file } : {};
    }
    if (found.file !== undefined) return found;
    current = found.module;
  }
  return { module: current };
}

/** The module in which the lookup of a path begins, with the rest of the path. */
function anchor(module, path) {
  if (path[0] === 'crate') return [[], path.slice(1)];
  const rest = path[0] === 'self' ? path.slice(1) : [...path];
  const at = [...module];
  while (rest[0] === 'super') {
    rest.shift();
    at.pop();
  }
  return [at, rest];
}

/** Finds `name` in `module`. Unless it is the last name of the path, a module has precedence over an item. */
function lookUp(crate, module, name, seen, isLast = true) {
  const scope = crate.get(keyOf(module));
  const child = crate.has(keyOf([...module, name])) ? { module: [...module, name] } : undefined;
  if (child && !isLast) return child;
  if (scope?.defines.has(name)) return { file: scope.file };
  if (child) return child;
  const key = `${keyOf(module)} ${name}`;
  if (scope === undefined || seen.has(key)) return {};
  seen.add(key);
  const binding = scope.bindings.get(name);
  if (binding) {
    const found = resolve(crate, module, binding, seen);
    return found.file === undefined && found.module === undefined ? { isForeign: true } : found;
  }
  return lookUpInGlobs(crate, module, scope, name, seen);
}

function lookUpInGlobs(crate, module, { globs }, name, seen) {
  for (const path of globs) {
    const { module: source } = resolve(crate, module, path, seen);
    const found = source === undefined ? {} : lookUp(crate, source, name, seen);
    if (found.file !== undefined || found.module !== undefined) return found;
  }
  return {};
}
