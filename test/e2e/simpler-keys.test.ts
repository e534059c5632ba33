// The simpler chat, whole: key pairs that the programs make, a server, five clients. Everybody gets each message once, in one order,
// also when a client or the server is killed in the middle.
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { ClientProgram, Json } from "../kit/executables.ts";
import { OwnRealm } from "../kit/own-realm.ts";

const NAMES = ["ann", "bob", "cem", "dora", "eli"] as const;
type Name = (typeof NAMES)[number];
const AT_ONCE = 5;
const LONG_MS = 60_000;
const WAIT = { timeout: LONG_MS, interval: 200 };

const numbered = (count: number, of: string): string[] => Array.from({ length: count }, (_, at) => `${of} ${at}`);
const lineOf = ({ seq, text }: Json): string => `${String(seq)} ${String(text)}`;
const textOf = (line: string): string => line.slice(line.indexOf(" ") + 1);

/** One of the five: the program that runs, and those that were killed before it. */
class Person {
  readonly name: Name;
  readonly #realm: OwnRealm;
  readonly #lives: ClientProgram[] = [];

  private constructor(realm: OwnRealm, name: Name) {
    [this.#realm, this.name] = [realm, name];
  }

  /** With a key pair that the program makes. */
  static async joins(realm: OwnRealm, name: Name): Promise<Person> {
    const line = name === "ann" ? realm.line : await realm.invite(name);
    await realm.joined(line, name, "--user", name);
    const person = new Person(realm, name);
    await person.start();
    return person;
  }

  get program(): ClientProgram {
    const program = this.#lives.at(-1);
    if (program === undefined) throw new Error(`${this.name} was never started`);
    return program;
  }

  async start(): Promise<void> {
    this.#lives.push(this.#realm.client(this.name));
    await this.program.event(({ event }) => event === "ready", LONG_MS);
  }

  async kill(): Promise<void> {
    this.program.kill("SIGKILL");
    await this.program.exited;
  }

  /**
   * `seq text` of what was given over all lives. The last ones before a kill may be given again at the next start, in their places
   * (docs/lines.md): from there on it is what the next life was given.
   */
  given(): readonly string[] {
    const given: string[] = [];
    for (const life of this.#lives) {
      const lines = life.messages().map(lineOf);
      const again = given.indexOf(lines[0] ?? "");
      given.splice(again === -1 ? given.length : again);
      given.push(...lines);
    }
    return given;
  }

  /** A few at once; all are stored when it resolves. */
  async says(texts: readonly string[]): Promise<void> {
    for (let at = 0; at < texts.length; at += AT_ONCE) {
      const some = texts.slice(at, at + AT_ONCE);
      await Promise.all(some.map((text) => this.program.says(text, "#lobby", LONG_MS)));
    }
  }

  async seesEverybody(): Promise<boolean> {
    const { members } = await this.program.done({ do: "members", to: "#lobby" });
    return (members as readonly Json[]).length === NAMES.length;
  }

  async end(): Promise<void> {
    for (const life of this.#lives) await life.end();
  }
}

let realm: OwnRealm;
const people: Person[] = [];
const personOf = (wanted: Name): Person => {
  const found = people.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`${wanted} is not here`);
  return found;
};

beforeAll(async () => {
  realm = await OwnRealm.init();
  await realm.start();
  for (const name of NAMES) people.push(await Person.joins(realm, name));
  // Who is in the group of the lobby reads what is said from then on.
  for (const person of people) await vi.waitUntil(() => person.seesEverybody(), WAIT);
}, 240_000);

afterAll(async () => {
  for (const person of people) await person.end();
  await realm[Symbol.asyncDispose]();
}, LONG_MS);

const textsOf = (person: Person): readonly string[] => person.given().map(textOf);

/** All of these, each once; and everybody has the same, in the same order, as what was given and as what is kept. */
async function everybodyHas(texts: readonly string[]): Promise<void> {
  for (const person of people)
    await expect
      .poll(() => {
        const given = new Set(textsOf(person));
        return texts.filter((text) => !given.has(text));
      }, WAIT)
      .toEqual([]);
  const wanted = new Set(texts);
  for (const person of people) {
    const once = textsOf(person).filter((text) => wanted.has(text));
    expect(once.toSorted(), `given to ${person.name}`).toEqual([...wanted].toSorted());
    expect(person.given(), `the order for ${person.name}`).toEqual(people[0]?.given());
    expect((await person.program.history()).map(lineOf), `kept by ${person.name}`).toEqual(person.given());
  }
}

it("everybody writes at once: everybody gets each message once, in the same order", async () => {
  const said = new Map(NAMES.map((name) => [name, numbered(20, `from ${name}`)]));
  await Promise.all(people.map((person) => person.says(said.get(person.name) ?? [])));
  await everybodyHas([...said.values()].flat());
  // Each one's own come in the order in which they were written.
  const given = textsOf(personOf("dora"));
  for (const [name, texts] of said) expect(given.filter((text) => text.startsWith(`from ${name} `))).toEqual(texts);
}, 180_000);

it("a client is killed while it writes and comes back: nothing is lost, nothing is doubled", async () => {
  const [ann, cem] = [personOf("ann"), personOf("cem")];
  const written = numbered(60, "cem's");
  await cem.says(written.slice(0, 10));
  const life = cem.program;
  const before = life.said().length;
  for (const text of written.slice(10)) life.send(text);
  const queued = (): number =>
    life
      .said()
      .slice(before)
      .filter(({ state }) => state === "queued").length;
  await life.until(() => (queued() >= 20 ? true : undefined), LONG_MS);
  await cem.kill();
  const meanwhile = numbered(20, "while cem is away");
  await ann.says(meanwhile);
  await cem.start();
  await cem.says(["cem is back"]);
  // What he was told is kept was sent, and perhaps some that he was not told of any more.
  await everybodyHas([...written.slice(0, 10 + queued()), ...meanwhile, "cem is back"]);
  const sent = textsOf(ann).filter((text) => text.startsWith("cem's "));
  expect(sent).toEqual(written.slice(0, sent.length));
  // What he had been given long before is not given again.
  expect(cem.program.texts().filter((text) => text.startsWith("from "))).toEqual([]);
}, 180_000);

it("the server is killed while everybody writes, and started again: everything goes on, nothing is lost or doubled", async () => {
  const said = new Map(NAMES.map((name) => [name, numbered(20, `${name} goes on`)]));
  const eli = personOf("eli").program;
  const answers = (): number => eli.said().filter((line) => line["reply"] === "send").length;
  const before = answers();
  const saying = Promise.all(people.map((person) => person.says(said.get(person.name) ?? [])));
  await eli.until(() => (answers() > before ? true : undefined), LONG_MS);
  realm.server.kill("SIGKILL");
  expect(await realm.server.exited).toEqual({ code: null, signal: "SIGKILL" });
  expect(answers() - before, "it was in the middle").toBeLessThan(20);
  await realm.start();
  await saying;
  await everybodyHas([...said.values()].flat());
  // Nobody had to be started again.
  for (const person of people) await person.says([`${person.name} is still here`]);
  await everybodyHas(NAMES.map((name) => `${name} is still here`));
  for (const { program } of people) expect(program.said().filter(({ event }) => event === "alarm")).toEqual([]);
}, 180_000);
