// What `tmux capture-pane -e` gives, as a page: one span for each run of a style. Only what our own terminal interface uses.

const BASIC = ["#1e1e1e", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d4d4d4"];
const BRIGHT = ["#7f848e", "#ef7b85", "#a8d389", "#f0d08b", "#71bfff", "#d688ed", "#66c6d2", "#ffffff"];
const LEVELS = [0, 95, 135, 175, 215, 255];
const [TEXT, BACK] = ["#d4d4d4", "#1e1e1e"];

/** Of the 256 colours of xterm. */
function colour(number: number): string {
  if (number < 8) return BASIC[number] ?? TEXT;
  if (number < 16) return BRIGHT[number - 8] ?? TEXT;
  if (number >= 232) return hex([8, 8, 8].map((least) => least + 10 * (number - 232)));
  const at = number - 16;
  return hex([Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map((level) => LEVELS[level] ?? 0));
}

function hex(parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

interface Style {
  readonly text?: string;
  readonly back?: string;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly under?: boolean;
  readonly inverse?: boolean;
}

function styled(style: Style, codes: readonly number[]): Style {
  let next = style;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if ((code === 38 || code === 48) && codes[at + 1] === 5) {
      const value = colour(codes[at + 2] ?? 0);
      next = code === 38 ? { ...next, text: value } : { ...next, back: value };
      at += 2;
    } else next = changed(next, code);
  }
  return next;
}

function changed(style: Style, code: number): Style {
  if (code === 0) return {};
  if (code >= 30 && code < 38) return { ...style, text: colour(code - 30) };
  if (code >= 40 && code < 48) return { ...style, back: colour(code - 40) };
  if (code >= 90 && code < 98) return { ...style, text: colour(code - 82) };
  const named: Readonly<Record<number, Style>> = {
    1: { bold: true },
    2: { dim: true },
    3: { italic: true },
    4: { under: true },
    7: { inverse: true },
    22: { bold: false, dim: false },
    23: { italic: false },
    24: { under: false },
    27: { inverse: false },
    39: { text: TEXT },
    49: { back: BACK },
  };
  return { ...style, ...named[code] };
}

function css({ text = TEXT, back = BACK, bold, dim, italic, under, inverse }: Style): string {
  const [front, behind] = inverse === true ? [back, text] : [text, back];
  const more = [
    bold === true ? "font-weight:700" : "",
    dim === true ? "opacity:.65" : "",
    italic === true ? "font-style:italic" : "",
    under === true ? "text-decoration:underline" : "",
  ];
  return [`color:${front}`, `background:${behind}`, ...more].filter((one) => one !== "").join(";");
}

const ESCAPED: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

export function terminalPage(captured: string): string {
  let style: Style = {};
  const parts = captured.split(/(\x1b\[[0-9;]*m)/); // oxlint-disable-line no-control-regex
  const body = parts.map((part) => {
    const [, codes] = /^\x1b\[([0-9;]*)m$/.exec(part) ?? []; // oxlint-disable-line no-control-regex
    if (codes === undefined)
      return `<span style="${css(style)}">${part.replaceAll(/[&<>]/g, (c) => ESCAPED[c] ?? c)}</span>`;
    style = styled(style, codes.split(";").map(Number));
    return "";
  });
  // An emoji is not as wide as two letters here: what is missing at the end of its row looks like the rest.
  const behind = captured.includes("48;5;231") ? colour(231) : BACK;
  const sheet = `body{margin:0;padding:14px;background:${behind}}pre{display:inline-block;margin:0;font:15px/18px "Noto Sans Mono","DejaVu Sans Mono",monospace}`;
  return `<!doctype html><meta charset="utf-8"><style>${sheet}</style><pre>${body.join("")}</pre>`;
}
