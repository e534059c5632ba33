// An answer of administration as lines for people: plain data laid out in columns. Knows neither acts nor their fields; what makes
// a text safe to look at, and a moment readable, is handed in.

export interface TableWorld {
  /** One safe line of a stranger's text. */
  readonly clean: (text: string) => string;
  /** Milliseconds since 1970 UTC, as they are shown. */
  readonly time: (ms: number) => string;
  /** A name of a field, or a word of the table's own, in the language of the person. Left out: as it is. */
  readonly word?: (word: string) => string;
}

type Row = Readonly<Record<string, unknown>>;

/** Names of fields that hold moments. */
const MOMENT = /(?:^at|At|^until|Until|^since)$/;
/** Anything below is a count, not a moment of this century. */
const MOMENT_LEAST = 1e11;
const GAP = "  ";
const NOTHING = "-";
const NO = "no";
/** Of a terminal of 80, behind two spaces. */
const WIDEST = 78;

/** Single values first, each behind its name; then every list as a table, under its name where there are several. */
export function answerTable(answer: Row, world: TableWorld): readonly string[] {
  const fields = Object.entries(answer).filter(([name, value]) => name !== "ok" && value !== undefined);
  // An empty list beside other things says nothing.
  const told = fields.length === 1 ? fields : fields.filter(([, value]) => !isRows(value) || value.length > 0);
  const lists = told.filter(([, value]) => isRows(value)) as readonly (readonly [string, readonly Row[]])[];
  const singles = told.filter(([, value]) => !isRows(value));
  if (told.length === 0) return [wordIn(world, "done")];
  const head = columns(singles.map(([name, value]) => [headOf(name, world), cell(name, value, world)]));
  const tables = lists.flatMap(([name, rows]) => {
    const lines =
      rows.length === 0
        ? [wordIn(world, "no {name}").replace("{name}", () => headOf(name, world))]
        : rowLines(rows, world);
    return lists.length > 1 ? [`${headOf(name, world)}:`].concat(lines) : lines;
  });
  return [...head, ...tables];
}

/** Every name that one of the rows has, in the order in which they come. What is too wide has a paragraph for each row. */
function rowLines(rows: readonly Row[], world: TableWorld): readonly string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => names.map((name) => cell(name, row[name], world)));
  const heads = names.map((name) => headOf(name, world));
  const all = columns([heads, ...cells]);
  if (fits(all)) return all;
  const worth = names.flatMap((_, at) => (cells.some((row) => !isNothing(row[at], world)) ? [at] : []));
  const fewer = columns([heads, ...cells].map((row) => worth.map((at) => row[at] ?? "")));
  if (fits(fewer)) return fewer;
  return cells.flatMap((row, index) => {
    const pairs = worth.filter((at) => !isNothing(row[at], world)).map((at) => [heads[at] ?? "", row[at] ?? ""]);
    return index === 0 ? columns(pairs) : [""].concat(columns(pairs));
  });
}

function fits(lines: readonly string[]): boolean {
  return lines.every((line) => line.length <= WIDEST);
}

function isNothing(text: string | undefined, world: TableWorld): boolean {
  return text === undefined || text === NOTHING || text === wordIn(world, NO);
}

function headOf(name: string, world: TableWorld): string {
  return world.clean(wordIn(world, name));
}

function wordIn({ word = (one) => one }: TableWorld, english: string): string {
  return word(english);
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

function cell(name: string, value: unknown, world: TableWorld): string {
  const { clean, time } = world;
  if (value === undefined || value === null || value === "") return NOTHING;
  if (typeof value === "number" && value >= MOMENT_LEAST && MOMENT.test(name)) return time(value);
  if (typeof value === "boolean") return wordIn(world, value ? "yes" : NO);
  if (Array.isArray(value)) return value.length === 0 ? NOTHING : value.map((one) => plain(one, clean)).join(", ");
  return plain(value, clean);
}

function plain(value: unknown, clean: TableWorld["clean"]): string {
  if (typeof value === "string") return clean(value);
  if (typeof value !== "object" || value === null) return clean(JSON.stringify(value));
  const pairs = Object.entries(value).map(([name, one]) => `${name} ${plain(one, clean)}`);
  return clean(pairs.join(", "));
}

function isRows(value: unknown): value is readonly Row[] {
  return Array.isArray(value) && value.every((one) => typeof one === "object" && one !== null && !Array.isArray(one));
}
