// What administration says to people: tables that fit a terminal, sizes, times. Names are strangers' text: nothing in them moves a cursor.
const WIDEST = 80;
const GAP = "  ";
const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;
const STEP = 1_000;

export type Row = readonly string[];

/** The last column gets what is left. */
export function table(heads: Row, rows: readonly Row[]): string {
  const all = [heads, ...rows.map((row) => row.map(shown))];
  const widths = heads.map((_, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ""))));
  return all.map((row) => lineOf(row, widths)).join("\n");
}

/** Names in front, what they are behind them. */
export function facts(pairs: readonly (readonly [name: string, value: string | undefined])[]): string {
  const told = pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined);
  const width = Math.max(...told.map(([name]) => name.length)) + GAP.length;
  return told.map(([name, value]) => name.padEnd(width) + shown(value)).join("\n");
}

export function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

export function time(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

export function bytes(count: number): string {
  const unit = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, count)) / 3)));
  const value = count / STEP ** unit;
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit] ?? ""}`;
}

export function span(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  const seconds = `${Math.floor(ms / 1_000) % 60} s`;
  return minutes > 0 ? `${minutes} min ${seconds}` : seconds;
}

export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

/** Behind `head`, and below it where a line is full. */
export function wrapped(head: string, text: string): string {
  const lines: string[] = [];
  let line = head;
  for (const word of text.split(" ")) {
    const isFirst = line.trim() === "" || line === head;
    if (!isFirst && widthOf(line) + 1 + widthOf(word) > WIDEST) {
      lines.push(line);
      line = " ".repeat(widthOf(head)) + word;
    } else line = isFirst ? line + word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}

/** Without controls, line breaks, and what turns the direction of writing. */
export function shown(text: string): string {
  return text.replaceAll(/[\p{C}\u2028\u2029]/gu, "?");
}

function lineOf(row: Row, widths: readonly number[]): string {
  const last = row.length - 1;
  const cells = row.map((cell, column) => (column === last ? cell : padded(cell, widths[column] ?? 0)));
  const line = cells.join(GAP).trimEnd();
  return widthOf(line) <= WIDEST
    ? line
    : `${Array.from(line)
        .slice(0, WIDEST - 1)
        .join("")}…`;
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

function widthOf(text: string): number {
  return Array.from(text).length;
}
