// Acts of administration against a server in this process: by its local socket and over the wire, and what the realm's log says of them.
import type { RawClient } from "./raw-client.ts";
import type { TestServer } from "./server.ts";

export type Fields = Readonly<Record<string, unknown>>;

export const HELLO = {
  type: "hello",
  logHead: new Uint8Array(0),
  versions: [1],
  features: [],
  agent: "test",
  storeId: undefined,
  generation: 0,
  positions: [],
} as const;

export function codeOf(answer: Fields): unknown {
  return (answer["error"] as Fields | undefined)?.["code"];
}

/** Connected and greeted, by a certificate of their own. */
export async function come(server: TestServer, user: string): Promise<RawClient> {
  const client = await server.connect(server.realm.issueClient({ user }));
  await client.hello();
  return client;
}

export async function overWire(client: RawClient, request: Fields): Promise<Fields> {
  const answer = await client.ask({ type: "administer", request: Buffer.from(JSON.stringify(request)) });
  if (answer?.type === "error") return { ok: false, error: { code: answer.code } };
  if (answer?.type !== "administered") throw new Error(JSON.stringify(answer));
  return JSON.parse(Buffer.from(answer.answer).toString("utf8")) as Fields;
}

/** As everybody can read them. */
export async function actsOf(server: TestServer): Promise<readonly Fields[]> {
  const reader = await come(server, "reader");
  const page = await reader.ask({ type: "readRealmLog", from: 0 });
  reader.close();
  if (page?.type !== "realmLogPage") throw new Error("the log is not there");
  const entries = page.entries.map((bytes) => JSON.parse(Buffer.from(bytes).toString("utf8")) as Fields);
  return entries.filter(({ kind }) => kind === "act");
}
