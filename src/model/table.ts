// An answer of administration as lines for people: plain data laid out in columns. Knows neither acts nor their fields; what makes
// a text safe to look at, and a moment readable, is handed in.

export interface TableWorld {
  /** One safe line of a stranger's text. */
  readonly clean: (text: string) => string;
  /** Milliseconds since 1970 UTC, as they are shown. */
  readonly time: (ms: number) => string;
}

type Row = Readonly<Record<string, unknown>>;

/** Names of fields that hold moments. */
const MOMENT = /(?:^at|At|^until|Until|^since)$/;
/** Anything below is a count, not a moment of this century. */
const MOMENT_LEAST = 1e11;
const GAP = "  ";
const NOTHING = "-";

/** Single values first, each behind its name; then every list as a table, under its name where there are several. */
export function answerTable(answer: Row, world: TableWorld): readonly string[] {
  const fields = Object.entries(answer).filter(([name, value]) => name !== "ok" && value !== undefined);
  const lists = fields.filter(([, value]) => isRows(value)) as readonly (readonly [string, readonly Row[]])[];
  const singles = fields.filter(([, value]) => !isRows(value));
  if (fields.length === 0) return ["done"];
  const head = columns(singles.map(([name, value]) => [world.clean(name), cell(name, value, world)]));
  const tables = lists.flatMap(([name, rows]) => {
    const lines = rows.length === 0 ? [`no ${world.clean(name)}`] : rowLines(rows, world);
    return lists.length > 1 ? [`${world.clean(name)}:`].concat(lines) : lines;
  });
  return [...head, ...tables];
}

/** Every name that one of the rows has, in the order in which they come. */
function rowLines(rows: readonly Row[], world: TableWorld): readonly string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => names.map((name) => cell(name, row[name], world)));
  return columns([names.map((name) => world.clean(name)), ...cells]);
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  return rows.map((row) =>
    row
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

function cell(name: string, value: unknown, { clean, time }: TableWorld): string {
  if (value === undefined || value === null || value === "") return NOTHING;
  if (typeof value === "number" && value >= MOMENT_LEAST && MOMENT.test(name)) return time(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.length === 0 ? NOTHING : value.map((one) => plain(one, clean)).join(", ");
  return plain(value, clean);
}

function plain(value: unknown, clean: TableWorld["clean"]): string {
  return clean(typeof value === "string" ? value : JSON.stringify(value));
}

function isRows(value: unknown): value is readonly Row[] {
  return Array.isArray(value) && value.every((one) => typeof one === "object" && one !== null && !Array.isArray(one));
}
