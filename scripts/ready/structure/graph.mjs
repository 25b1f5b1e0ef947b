// Graph of imports, with its circles and the shortest path through a circle.

/**
 * Creates a graph.
 *
 * @param files - Paths relative to the repository's root, with `/`.
 * @param imports - `{ from, to, line }` of each import: two of `files`, and the line in `from`.
 * @returns `files`, and `edges`: the first import of each pair of different files.
 */
export function createGraph(files, imports) {
  const edges = new Map();
  for (const edge of imports) {
    const key = `${edge.from} ${edge.to}`;
    if (edge.from !== edge.to && !edges.has(key)) edges.set(key, edge);
  }
  return { files, edges: [...edges.values()] };
}

/** The strongly connected components with more than one file, the largest first; the files of each are sorted. */
export function findCircles({ files, edges }) {
  const targets = groupTargets(files, edges);
  const indices = new Map();
  const lowest = new Map();
  const stack = [];
  const circles = [];

  // Tarjan's algorithm. The recursion is as deep as the longest path, which is at most the number of files.
  const visit = (file) => {
    indices.set(file, indices.size);
    lowest.set(file, indices.get(file));
    stack.push(file);
    for (const target of targets.get(file)) {
      if (!indices.has(target)) visit(target);
      if (stack.includes(target)) lowest.set(file, Math.min(lowest.get(file), lowest.get(target)));
    }
    if (lowest.get(file) !== indices.get(file)) return;
    const component = stack.splice(stack.indexOf(file));
    if (component.length > 1) circles.push(component.toSorted((a, b) => (a < b ? -1 : 1)));
  };

  for (const file of files) if (!indices.has(file)) visit(file);
  return circles.sort((a, b) => b.length - a.length);
}

/** The edges of the shortest closed path through files of `circle`. */
export function shortestPath({ edges }, circle) {
  const inside = edges.filter(({ from, to }) => circle.includes(from) && circle.includes(to));
  const paths = circle.map((start) => pathBack(inside, start)).filter((path) => path !== undefined);
  return paths.sort((a, b) => a.length - b.length)[0];
}

function pathBack(edges, start) {
  const seen = new Set();
  const waiting = [{ file: start, path: [] }];
  for (const { file, path } of waiting) {
    for (const edge of edges.filter(({ from }) => from === file)) {
      if (edge.to === start) return [...path, edge];
      if (!seen.has(edge.to)) waiting.push({ file: edge.to, path: [...path, edge] });
      seen.add(edge.to);
    }
  }
  return undefined;
}

function groupTargets(files, edges) {
  const targets = new Map(files.map((file) => [file, []]));
  for (const { from, to } of edges) targets.get(from).push(to);
  return targets;
}
