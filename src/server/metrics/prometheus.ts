// The text format of Prometheus, version 0.0.4: families in a fixed order, each with its help and type once, label values escaped. Pure.
// https://prometheus.io/docs/instrumenting/exposition_formats/

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export type Family =
  | {
      readonly name: string;
      /** Lower case, no full stop. */
      readonly help: string;
      readonly type: "counter" | "gauge";
      readonly samples: readonly Sample[];
    }
  | {
      readonly name: string;
      readonly help: string;
      readonly type: "histogram";
      /** Upper bounds, the smallest first, and how many were within each; +Inf is `count`. */
      readonly bounds: readonly number[];
      readonly within: readonly number[];
      readonly count: number;
      readonly sum: number;
    };

export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export function writeMetrics(families: readonly Family[]): string {
  return families.flatMap(linesOf).join("\n") + "\n";
}

export function gauge(name: string, help: string, value: number): Family {
  return { name, help, type: "gauge", samples: [{ value }] };
}

export function counter(name: string, help: string, value: number): Family {
  return { name, help, type: "counter", samples: [{ value }] };
}

/** One sample for each value of a label. */
export function labelled(
  family: Omit<Extract<Family, { type: "counter" | "gauge" }>, "samples">,
  label: string,
  values: Iterable<readonly [string, number]>,
): Family {
  return { ...family, samples: [...values].map(([of, value]) => ({ labels: { [label]: of }, value })) };
}

function linesOf(family: Family): readonly string[] {
  const { name, help, type } = family;
  const heads = [`# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`, `# TYPE ${name} ${type}`];
  if (family.type !== "histogram")
    return [...heads, ...family.samples.map(({ labels = {}, value }) => lineOf(name, labels, value))];
  const { bounds, within, count, sum } = family;
  return [
    ...heads,
    ...bounds.map((bound, index) => lineOf(`${name}_bucket`, { le: String(bound) }, within[index] ?? 0)),
    lineOf(`${name}_bucket`, { le: "+Inf" }, count),
    lineOf(`${name}_sum`, {}, sum),
    lineOf(`${name}_count`, {}, count),
  ];
}

function lineOf(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${numberOf(value)}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function numberOf(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? "+Inf" : "-Inf";
}
