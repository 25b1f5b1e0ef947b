// Check of a checkout's structure: circles of files, imports between rooms, and tests without a source.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, readFiles } from '../files.mjs';
import { createGraph, findCircles, shortestPath } from './graph.mjs';
import { checkMirror } from './mirror.mjs';
import { checkRooms } from './rooms.mjs';
import { rustImports } from './rust.mjs';
import { TABLES } from './tables.mjs';
import { typescriptImports } from './typescript.mjs';

/**
 * Checks the checkout in `root` by `tables`.
 *
 * @returns `areas`, the counts of each tree of sources (`{ name, files, imports, circles }`); `mirrors`, those of each
 * tree of tests (`{ name, tests, unmatched }`); and `problems`, a line for each violation.
 */
export function checkStructure(root, tables) {
  const graphs = new Map(areasOf(root).map(({ name, pattern, read }) => [name, readGraph(root, name, pattern, read)]));
  const mirrors = tables.mirrors.map((mirror) => checkMirror(root, mirror));
  const problems = [
    ...[...graphs].flatMap(([name, graph]) => checkCircles(name, graph, tables.circles[name])),
    ...[...graphs].flatMap(([name, graph]) => checkRooms(name, graph, tables.rooms)),
    ...mirrors.flatMap((mirror) => mirror.problems),
    ...checkMirrored(root, tables.mirrors),
  ];
  return {
    areas: [...graphs].map(([name, graph]) => ({
      name,
      files: graph.files.length,
      imports: graph.edges.length,
      circles: findCircles(graph),
    })),
    mirrors,
    problems,
  };
}

/** The trees of sources: each crate, and `src`. */
function areasOf(root) {
  return [
    ...cratesOf(root).map((crate) => ({ name: `${crate}/src`, pattern: /\.rs$/, read: rustImports })),
    { name: 'src', pattern: /\.ts$/, read: typescriptImports },
  ].filter(({ name }) => existsSync(join(root, name)));
}

function cratesOf(root) {
  const names = existsSync(join(root, 'crates')) ? readdirSync(join(root, 'crates')).sort() : [];
  return names.map((name) => `crates/${name}`);
}

/** The graph of a tree; its paths are relative to `root`. */
function readGraph(root, name, pattern, read) {
  const files = filesBelow(join(root, name), pattern);
  const imports = read(readFiles(join(root, name), files));
  const at = (file) => `${name}/${file}`;
  return createGraph(
    files.map(at),
    imports.map(({ from, to, line }) => ({ from: at(from), to: at(to), line })),
  );
}

const folderOf = (file) => file.slice(0, file.lastIndexOf('/'));

function checkCircles(name, graph, allowed = { size: 1, isInOneFolder: true }) {
  const isAllowed = (circle) =>
    circle.length <= allowed.size && (!allowed.isInOneFolder || new Set(circle.map(folderOf)).size === 1);
  const refused = findCircles(graph).filter((circle) => !isAllowed(circle));
  return refused.map((circle) => {
    const path = describePath(shortestPath(graph, circle));
    return `${name} has a circle of ${circle.length} files, such as ${path}`;
  });
}

const describePath = (path) => [...path.map(({ from, line }) => `${from}:${line}`), path[0].from].join(' → ');

/** Fails for a crate whose tests are not in the tables. */
function checkMirrored(root, mirrors) {
  return cratesOf(root)
    .map((crate) => `${crate}/tests/all`)
    .filter((tests) => existsSync(join(root, tests)) && !mirrors.some((mirror) => mirror.tests === tests))
    .map((tests) => `${tests} mirrors no sources: add it to ${TABLES}`);
}
