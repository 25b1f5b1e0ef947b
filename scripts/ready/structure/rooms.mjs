// Check of a tree's rooms: each is in the tables, and imports between them are one-way.
import { createGraph, findCircles, shortestPath } from './graph.mjs';
import { TABLES } from './tables.mjs';

/**
 * Checks the rooms of a tree, and its folders.
 *
 * @param name - The tree's path, relative to the repository's root.
 * @param graph - The graph of its files, with paths relative to the repository's root.
 * @param tables - The rooms by folder.
 * @returns a line for each violation.
 */
export function checkRooms(name, graph, tables) {
  if (tables[name] === undefined) return [`${name} has no rooms: add them to ${TABLES}`];
  const folders = [...new Set(graph.files.flatMap(foldersAbove))].filter((folder) => folder.startsWith(`${name}/`));
  return [
    ...checkTable(name, graph, tables[name], (file) => partsBelow(name, file)[0].replace(/\.rs$/, '')),
    ...folders.flatMap((folder) => {
      if (tables[folder] === undefined) return checkSubfolders(folder, graph);
      return checkTable(folder, graph, tables[folder], (file) => subfolderOf(folder, file));
    }),
  ];
}

function foldersAbove(file) {
  const parts = file.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

const partsBelow = (folder, file) => (file.startsWith(`${folder}/`) ? file.slice(folder.length + 1).split('/') : []);

/** The folder right below `folder` in which `file` lies, if any. */
function subfolderOf(folder, file) {
  const parts = partsBelow(folder, file);
  return parts.length > 1 ? parts[0] : undefined;
}

function checkTable(folder, graph, table, roomOf) {
  const found = new Set(graph.files.map(roomOf).filter((room) => room !== undefined));
  const unknown = [...found].filter((room) => table[room] === undefined);
  const gone = Object.keys(table).filter((room) => !found.has(room));
  return [
    ...unknown.map(
      (room) => `${folder} has a room '${room}' that is not in ${TABLES}: add it after all that it imports`,
    ),
    ...gone.map((room) => `${folder} has no room '${room}': remove it from ${TABLES}`),
    ...checkOrder(folder, table),
    ...graph.edges.flatMap((edge) => checkImport(edge, table, roomOf)),
  ];
}

/** Fails for a room that may import one that is not before it: the table itself must be one-way. */
function checkOrder(folder, table) {
  const rooms = Object.keys(table);
  return Object.entries(table).flatMap(([room, imports], index) =>
    imports
      .filter((imported) => !rooms.slice(0, index).includes(imported))
      .map((imported) => `${TABLES} lets '${room}' of ${folder} import '${imported}', which is not before it`),
  );
}

function checkImport({ from, to, line }, table, roomOf) {
  const [importer, imported] = [roomOf(from), roomOf(to)];
  if (importer === imported || table[importer] === undefined || table[imported] === undefined) return [];
  if (table[importer].includes(imported)) return [];
  const allowed = table[importer].length === 0 ? 'no other room' : `only ${table[importer].join(', ')}`;
  return [`${from}:${line} imports ${to}: '${importer}' may import ${allowed}`];
}

/** Fails if subfolders import each other in a circle. It is used for folders without a table. */
function checkSubfolders(folder, graph) {
  const imports = graph.edges.map(({ from, to, line }) => {
    return { from: subfolderOf(folder, from), to: subfolderOf(folder, to), line: `${from}:${line}` };
  });
  const isInside = (subfolder) => subfolder !== undefined;
  const subfolders = [...new Set(graph.files.map((file) => subfolderOf(folder, file)))].filter(isInside);
  const siblings = createGraph(
    subfolders,
    imports.filter(({ from, to }) => isInside(from) && isInside(to)),
  );
  return findCircles(siblings).map((circle) => {
    const lines = shortestPath(siblings, circle).map(({ line }) => line);
    return `the folders ${circle.join(', ')} of ${folder} import each other in a circle, at ${lines.join(' and ')}`;
  });
}
