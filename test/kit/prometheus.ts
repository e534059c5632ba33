// A strict reader of Prometheus' text format 0.0.4, by the rules of its documentation and of `promtool check metrics`; for tests.

export interface ReadFamily {
  readonly type: string;
  readonly help: string;
  readonly samples: Map<string, number>;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{([^{}]*)\})? (\S+)$/;
const PAIR = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"$/;
const TYPES = new Set(["counter", "gauge", "histogram", "summary", "untyped"]);
const SUFFIXES = ["_bucket", "_sum", "_count"];
/** https://prometheus.io/docs/practices/naming/: base units, and no type in the name. */
const UNITS = /_(?:milliseconds|ms|minutes|hours|days|kilobytes|kb|megabytes|mb|percent)(?:_|$)/;

/** Throws what is wrong, with its line. */
export function readMetrics(text: string): Map<string, ReadFamily> {
  const families = new Map<string, ReadFamily>();
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  let current: { name: string; help?: string; type?: string } = { name: "" };
  for (const line of text.slice(0, -1).split("\n")) {
    const [hash, keyword = "", name = "", ...rest] = line.split(" ");
    if (hash === "#" && keyword === "HELP") {
      if (!NAME.test(name) || families.has(name)) throw new Error(`a second family, or no name: ${line}`);
      if (rest.join(" ").trim() === "") throw new Error(`no help: ${line}`);
      current = { name, help: rest.join(" ") };
    } else if (hash === "#" && keyword === "TYPE") {
      const [type = ""] = rest;
      if (name !== current.name || !TYPES.has(type) || rest.length !== 1)
        throw new Error(`a type out of place: ${line}`);
      checkName(name, type);
      families.set(name, { type, help: current.help ?? "", samples: new Map() });
    } else addSample(families.get(current.name), current.name, line);
  }
  for (const [name, family] of families) if (family.type === "histogram") checkHistogram(name, family);
  return families;
}

function checkName(name: string, type: string): void {
  if (UNITS.test(name)) throw new Error(`${name} is not in base units`);
  if ((type === "counter") !== name.endsWith("_total"))
    throw new Error(`${name}: counters, and only they, end in _total`);
  if (/_(?:counter|gauge|histogram)$/.test(name)) throw new Error(`${name} has its type in its name`);
  if (type !== "histogram" && SUFFIXES.some((suffix) => name.endsWith(suffix)))
    throw new Error(`${name} ends as parts of a histogram do`);
}

function addSample(family: ReadFamily | undefined, name: string, line: string): void {
  const [, sample = "", labels, value = ""] = SAMPLE.exec(line) ?? [];
  const names = family?.type === "histogram" ? SUFFIXES.map((suffix) => name + suffix) : [name];
  if (family === undefined || !names.includes(sample)) throw new Error(`a sample out of place: ${line}`);
  const seen = new Set<string>();
  for (const pair of labels === undefined ? [] : labels.split(/,(?=[a-zA-Z_])/)) {
    const [, label = ""] = PAIR.exec(pair) ?? [];
    if (!LABEL.test(label) || seen.has(label)) throw new Error(`a label that is none, or twice: ${line}`);
    seen.add(label);
  }
  const number = value === "+Inf" ? Infinity : value === "-Inf" ? -Infinity : Number(value);
  if (value === "" || (Number.isNaN(number) && value !== "NaN")) throw new Error(`no number: ${line}`);
  const key = labels === undefined ? sample : `${sample}{${labels}}`;
  if (family.samples.has(key)) throw new Error(`a sample twice: ${line}`);
  if (family.type === "counter" && !(number >= 0)) throw new Error(`a counter below 0: ${line}`);
  family.samples.set(key, number);
}

function checkHistogram(name: string, { samples }: ReadFamily): void {
  const buckets = [...samples].filter(([key]) => key.startsWith(`${name}_bucket{`));
  const bounds = buckets
    .map(([key]) => /le="([^"]+)"/.exec(key)?.[1] ?? "")
    .map((le) => (le === "+Inf" ? Infinity : Number(le)));
  const counts = buckets.map(([, count]) => count);
  const isSorted = (all: readonly number[]): boolean => all.every((one, at) => at === 0 || one >= (all[at - 1] ?? 0));
  if (!isSorted(bounds) || new Set(bounds).size !== bounds.length) throw new Error(`${name}: bounds are not in order`);
  if (!isSorted(counts)) throw new Error(`${name}: buckets are not cumulative`);
  if (bounds.at(-1) !== Infinity || counts.at(-1) !== samples.get(`${name}_count`))
    throw new Error(`${name}: the last bucket is not all there is`);
  if (!samples.has(`${name}_sum`)) throw new Error(`${name} has no sum`);
}
