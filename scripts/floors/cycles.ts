// Finds import cycles (Tarjan's strongly connected components), type-only imports included.

/** `edges`: file to the files it imports. One path, closed, for each knot of files that import each other. */
export function cycles(edges: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  return components(edges)
    .filter((knot) => knot.length > 1 || edges.get(knot[0] ?? "")?.includes(knot[0] ?? "") === true)
    .map((knot) => closedPath(knot, edges));
}

interface Mark {
  readonly index: number;
  low: number;
  open: boolean;
}

function components(edges: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const marks = new Map<string, Mark>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): Mark => {
    const mark: Mark = { index: marks.size, low: marks.size, open: true };
    marks.set(file, mark);
    stack.push(file);
    for (const next of edges.get(file) ?? []) {
      const seen = marks.get(next);
      if (seen === undefined) mark.low = Math.min(mark.low, visit(next).low);
      else if (seen.open) mark.low = Math.min(mark.low, seen.index);
    }
    if (mark.low === mark.index) found.push(close(file, stack, marks));
    return mark;
  };
  for (const file of edges.keys()) if (!marks.has(file)) visit(file);
  return found;
}

function close(root: string, stack: string[], marks: ReadonlyMap<string, Mark>): string[] {
  const knot = stack.splice(stack.lastIndexOf(root));
  for (const file of knot) {
    const mark = marks.get(file);
    if (mark !== undefined) mark.open = false;
  }
  return knot;
}

/** The shortest way inside the knot from its first file back to itself. */
function closedPath(knot: readonly string[], edges: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const start = knot[0] ?? "";
  const queue: (readonly string[])[] = [[start]];
  const seen = new Set<string>();
  for (const way of queue) {
    for (const next of edges.get(way.at(-1) ?? "") ?? []) {
      if (next === start) return [...way, start];
      if (knot.includes(next) && !seen.has(next)) queue.push([...way, next]);
      seen.add(next);
    }
  }
  return knot;
}
