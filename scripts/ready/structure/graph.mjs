// Graph of files: the edges between them, its circles, and the shortest way around one.

/**
 * An import graph.
 *
 * @param files - Paths relative to the repository's root, with `/`.
 * @param imports - `{ from, to, line }` of each import: two paths of `files`, and the line in `from`.
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

/** The edges of the shortest way through `circle` that ends where it begins. */
export function shortestWay({ edges }, circle) {
  const inside = edges.filter(({ from, to }) => circle.includes(from) && circle.includes(to));
  const ways = circle.map((start) => wayBack(inside, start)).filter((way) => way !== undefined);
  return ways.sort((a, b) => a.length - b.length)[0];
}

function wayBack(edges, start) {
  const seen = new Set();
  const waiting = [{ file: start, way: [] }];
  for (const { file, way } of waiting) {
    for (const edge of edges.filter(({ from }) => from === file)) {
      if (edge.to === start) return [...way, edge];
      if (!seen.has(edge.to)) waiting.push({ file: edge.to, way: [...way, edge] });
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
