// A conversation as a file to keep: plain text, JSON or a page. From pages of its history, oldest first, to chunks of text. Pure: where
// they go, and what makes strangers' text safe to look at, is handed in. The page has no script, and asks nothing of the network.
import type { MessageView } from "../../port/views.ts";
import type { Ask } from "./world.ts";

export type ExportFormat = "text" | "json" | "html";

export interface ExportWish {
  readonly format: ExportFormat;
  /** As the conversation is called. */
  readonly title: string;
  /** When it is exported. */
  readonly at: number;
  /** A moment as the user reads it. */
  readonly time: (at: number) => string;
  /** For `text` and `html`: without what acts on a terminal or turns directions. */
  readonly safe: (text: string) => string;
}

type Pages = AsyncIterable<readonly MessageView[]> | Iterable<readonly MessageView[]>;

const PAGE = 500;

/** All that this device holds of it. @throws Fault */
export async function* historyPages(ask: Ask, to: string): AsyncGenerator<readonly MessageView[]> {
  let after = 0;
  for (;;) {
    const { messages } = await ask({ do: "history", to, before: undefined, after, limit: PAGE });
    if (messages.length > 0) yield messages;
    const last = messages.at(-1)?.seq ?? after;
    if (messages.length < PAGE || last === after) return;
    after = last;
  }
}

export async function* exported(pages: Pages, wish: ExportWish): AsyncGenerator<string> {
  const { begin, one, end } = FORMATS[wish.format](wish);
  yield begin;
  let isFirst = true;
  for await (const page of pages) {
    let chunk = "";
    for (const message of page) {
      chunk += one(message, isFirst);
      isFirst = false;
    }
    yield chunk;
  }
  yield end;
}

interface Format {
  readonly begin: string;
  readonly one: (message: MessageView, isFirst: boolean) => string;
  readonly end: string;
}

const FORMATS: Readonly<Record<ExportFormat, (wish: ExportWish) => Format>> = { text, json, html };

/** Further lines behind a gutter, so that no text can look like a new message. */
function text({ title, at, time, safe }: ExportWish): Format {
  return {
    begin: `${lineOf(safe(title))}\nexported ${time(at)}\n\n`,
    one: (message) => {
      const [first = "", ...more] = safe(bodyOf(message)).split("\n");
      const lines = [
        `${time(message.at)} ${lineOf(safe(nameOf(message)))}: ${first}`,
        ...more.map((line) => `      | ${line}`),
      ];
      return `${lines.join("\n")}\n`;
    },
    end: "",
  };
}

function json({ title, at }: ExportWish): Format {
  const head = { conversation: title, exported: new Date(at).toISOString() };
  return {
    begin: `${quoted(head).slice(0, -1)},"messages":[`,
    one: (message, isFirst) => `${isFirst ? "" : ","}\n${quoted(message)}`,
    end: "\n]}\n",
  };
}

// What a terminal or a reader could be fooled by: DEL and C1, directions, invisible characters, line separators.
const UNSEEN = /[\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

function quoted(value: unknown): string {
  return JSON.stringify(value).replaceAll(UNSEEN, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const STYLE = [
  ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}",
  "h1{font-size:1.3rem}article{margin:.8rem 0}header{font-size:.85rem;opacity:.75}",
  "p{margin:.1rem 0;white-space:pre-wrap;overflow-wrap:anywhere}.ours{font-style:italic;opacity:.75}",
].join("");

function html({ title, at, time, safe }: ExportWish): Format {
  const show = (said: string): string => escaped(safe(said));
  const head = [
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<meta name="viewport" content="width=device-width"><title>${show(title)}</title><style>${STYLE}</style></head>`,
    `<body><h1><bdi>${show(title)}</bdi></h1><p class="ours">exported ${escaped(time(at))}</p>\n`,
  ];
  return {
    begin: head.join(""),
    one: (message) => {
      const ours = message.placeholder === undefined ? "" : ' class="ours"';
      const when = `<time datetime="${new Date(message.at).toISOString()}">${escaped(time(message.at))}</time>`;
      const who = `<header><bdi>${show(nameOf(message))}</bdi> ${when}</header>`;
      return `<article>${who}<p dir="auto"${ours}>${show(bodyOf(message))}</p></article>\n`;
    },
    end: "</body></html>\n",
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(said: string): string {
  return said.replaceAll(/[&<>"']/g, (one) => ENTITIES[one] ?? one);
}

function lineOf(said: string): string {
  return said.replaceAll(/[\r\n]+/g, " ");
}

/** A name that nobody has proved stands in brackets; two people may have the same. */
function nameOf({ from: { name, user, verified } }: MessageView): string {
  return verified ? `${name} (@${user})` : `[${name}]`;
}

/** What is ours stands in brackets. */
function bodyOf({ text: said, file, placeholder, edited, reactions = [] }: MessageView): string {
  if (placeholder !== undefined) return `[${said}]`;
  const named = file === undefined ? "" : `[file ${file.name}, ${file.bytes} bytes]`;
  const body = [named, said].filter((one) => one !== "").join(" ");
  const marks = reactions.map(({ emoji, users }) => `${emoji} ${users.length}`).join(" ");
  return `${body}${edited === undefined ? "" : " [edited]"}${marks === "" ? "" : ` [${marks}]`}`;
}
