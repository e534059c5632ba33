// The files of the page, by their paths. Whoever starts the server hands them in: an executable has them inside (built-page.ts), a test
// builds them.

export interface PageFile {
  readonly type: string;
  readonly body: string;
}

/** All that can be got without a key; none of them holds a secret. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** As scripts/executable/page.ts makes them. */
export interface BuiltPage {
  readonly html: string;
  readonly script: string;
  readonly style: string;
  readonly icon: string;
}

export function pageFilesOf({ html, script, style, icon }: BuiltPage): PageFiles {
  return new Map([
    ["/", { type: "text/html; charset=utf-8", body: html }],
    ["/page.js", { type: "text/javascript; charset=utf-8", body: script }],
    ["/page.css", { type: "text/css; charset=utf-8", body: style }],
    ["/icon.svg", { type: "image/svg+xml", body: icon }],
    ["/icon-unread.svg", { type: "image/svg+xml", body: icon.replace("</svg>", `${DOT}</svg>`) }],
  ]);
}

/** On the corner of the sign, of 32 by 32: something is new. */
const DOT = '<circle cx="25" cy="7" r="6.5" fill="#e5484d" stroke="#fff" stroke-width="1.5"/>';
