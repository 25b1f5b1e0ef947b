// Structure check: circles of files, imports that point up, and tests without a source.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createGraph, findCircles, shortestWay } from './graph.mjs';
import { checkMirror } from './mirror.mjs';
import { checkRooms } from './rooms.mjs';
import { rustImports } from './rust.mjs';
import { TABLES } from './tables.mjs';
import { filesBelow, readFiles } from '../files.mjs';
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
  return findCircles(graph)
    .filter((circle) => !isAllowed(circle))
    .map(
      (circle) => `${name} has a circle of ${circle.length} files, such as ${describeWay(shortestWay(graph, circle))}`,
    );
}

const describeWay = (way) => [...way.map(({ from, line }) => `${from}:${line}`), way[0].from].join(' → ');

/** Every crate's tests are in the tables. */
function checkMirrored(root, mirrors) {
  return cratesOf(root)
    .map((crate) => `${crate}/tests/all`)
    .filter((tests) => existsSync(join(root, tests)) && !mirrors.some((mirror) => mirror.tests === tests))
    .map((tests) => `${tests} mirrors no sources: add it to ${TABLES}`);
}
