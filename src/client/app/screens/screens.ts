// The model behind the terminal and the page: what the client tells goes in, what a person does goes in, one view comes out. It is
// made when it is looked at, at most once for all that has changed since. Knows neither face.
import { Fault } from "../../../model/fault.ts";
import type { Client, Command, Reply } from "../../port/client.ts";
import type { Replies } from "../../port/replies.ts";
import type { Intent, PersonCard, Ring, Screens, ScreenView, SelfView, SettingsView } from "../../port/screens.ts";
import type { ClientEvent } from "../../port/views.ts";
import { notIn } from "../abouts.ts";
import { Doing } from "./doing.ts";
import { Happening } from "./happening.ts";
import { LinkState } from "./link-state.ts";
import { type Parts, partsOf } from "./parts.ts";
import { same, shared } from "./sharing.ts";
import type { ScreensWorld } from "./world.ts";

const NOTHING_OPEN: ScreenView["open"] = {
  conversation: "",
  timeline: { items: [], hasOlder: false, hasNewer: false, isLoading: false, below: 0 },
  composer: { draft: "", expire: 0 },
  members: [],
  asking: [],
};

export class ScreenModel implements Screens {
  readonly #world: ScreensWorld;
  readonly #parts: Parts;
  readonly #link: LinkState;
  readonly #doing: Doing;
  readonly #happening: Happening;
  readonly #client = Promise.withResolvers<Pick<Client, "ask">>();
  readonly #listeners = new Set<() => void>();
  readonly #bells = new Set<(ring: Ring) => void>();
  #self: SelfView;
  #settings: SettingsView;
  #view: ScreenView | undefined;
  #isStale = true;
  #isPlanned = false;
  #isStopped = false;

  constructor(world: ScreensWorld) {
    this.#world = world;
    this.#self = world.self;
    const onChange = (): void => this.#changed();
    this.#parts = partsOf({ world, ask: async (command) => this.#asked(command), onChange });
    this.#link = new LinkState();
    this.#settings = this.#settingsNow();
    this.#doing = new Doing(this.#parts);
    this.#happening = new Happening({
      parts: this.#parts,
      link: this.#link,
      self: world.self.user,
      local: world.local,
      ring: (ring) => this.#ring(ring),
      onReady: (self) => {
        this.#self = shared(this.#self, self);
      },
    });
    const { expiry, timelines, list, searching } = this.#parts;
    expiry.due((now) => {
      for (const part of [timelines, list, searching]) part.expire(now);
      onChange();
    });
  }

  /** Before this it shows what is kept, and everything that is asked waits. */
  start(client: Pick<Client, "ask" | "waiting" | "fileBytes">): void {
    this.#client.resolve(client);
    this.#link.of(client);
    const { list, open, people } = this.#parts;
    list.refresh();
    people.refresh();
    this.#quietly(open.load());
    this.#changed();
  }

  /** Keeps what is not kept yet: before the client closes its vault. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#parts.late.flush();
    this.#parts.expiry.stop();
    this.#listeners.clear();
    this.#bells.clear();
  }

  // ---- for the client

  readonly full = false;

  drained(): Promise<void> {
    return Promise.resolve();
  }

  /** What was told is told once: what stands between the messages is in the vault before it is noted as shown. */
  written(): Promise<void> {
    this.#parts.systems.keep();
    return Promise.resolve();
  }

  show(event: ClientEvent): void {
    if (this.#isStopped) return;
    this.#happening.take(event);
    this.#changed();
  }

  // ---- for the faces

  get view(): ScreenView {
    if (this.#view !== undefined && !this.#isStale) return this.#view;
    this.#isStale = false;
    const next = this.#made();
    this.#view = same(this.#view ?? next, next);
    return this.#view;
  }

  async do(intent: Intent): Promise<void> {
    const { locking, notices } = this.#parts;
    try {
      if (intent.want === "unlock") await locking.unlock(intent.passphrase);
      else if (intent.want !== "look" || !locking.isLocked) {
        locking.check();
        if (intent.want !== "look") locking.awake();
        await this.#doing.run(intent);
      }
    } catch (error) {
      if (error instanceof Fault && isRefused(error)) notices.fault(error);
      throw error;
    } finally {
      // A key alone changes nothing.
      if (intent.want !== "awake") this.#changed();
    }
  }

  async ask(command: Command): Promise<Reply> {
    this.#parts.locking.check();
    this.#parts.locking.awake();
    const over = command.do === "file" ? this.#parts.transfers.sending(command.path, command.to) : undefined;
    let reply: Reply | undefined;
    try {
      reply = { ...(await this.#asked(command)) };
      return reply;
    } finally {
      over?.();
      this.#happening.asked(command, reply);
      this.#changed();
    }
  }

  async person(user: string): Promise<PersonCard> {
    this.#parts.locking.check();
    return this.#parts.people.card(user);
  }

  onChange(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }

  onRing(ring: (ring: Ring) => void): () => void {
    this.#bells.add(ring);
    return () => void this.#bells.delete(ring);
  }

  // ---- inside

  #made(): ScreenView {
    const { list, open, searching, notices, transfers, locking } = this.#parts;
    this.#settings = shared(this.#settings, this.#settingsNow());
    const conversations = list.view;
    const loud = conversations.filter(({ muted, archived }) => muted === undefined && !archived);
    const always = {
      self: this.#self,
      link: this.#link.view,
      unread: loud.reduce((sum, { unread }) => sum + unread, 0),
      mentions: loud.reduce((sum, { mentions }) => sum + mentions, 0),
      settings: this.#settings,
      locked: locking.isLocked,
    };
    if (locking.isLocked)
      return { ...always, conversations: [], open: NOTHING_OPEN, search: undefined, notices: [], transfers: [] };
    return {
      ...always,
      conversations,
      open: open.view,
      search: searching.view,
      notices: notices.view,
      transfers: transfers.view,
    };
  }

  #settingsNow(): SettingsView {
    return { ...this.#parts.kept.settings, hasPassphrase: this.#world.passphrase.isSet() };
  }

  async #asked<C extends Command>(command: C): Promise<Replies[C["do"]]> {
    const client = await this.#client.promise;
    if (this.#isStopped) throw new Fault("stopped", "the client was stopped");
    return (await client.ask(this.#meant(command))) as unknown as Replies[C["do"]];
  }

  /** A room that this user is out of is called as it was on the screens alone; and it is there to be read. @throws Fault `not-a-member` */
  #meant<C extends Command>(command: C): C {
    if (!("to" in command) || command.to === undefined || command.do === "join") return command;
    const { to } = command;
    const { past, id } = this.#parts.list.called(to)?.view ?? {};
    if (past === undefined) return command;
    if (!READS.has(command.do)) throw notIn(to);
    return { ...command, to: id };
  }

  /** Once for all that changes in a turn. */
  #changed(): void {
    this.#isStale = true;
    if (this.#isPlanned || this.#isStopped) return;
    this.#isPlanned = true;
    this.#world.defer(() => {
      this.#isPlanned = false;
      for (const listener of this.#listeners) listener();
    });
  }

  #ring(ring: Ring): void {
    for (const bell of this.#bells) bell(ring);
  }

  #quietly(done: Promise<void>): void {
    done.catch((error: unknown) => {
      this.#parts.notices.fault(error);
      this.#changed();
    });
  }
}

const READS: ReadonlySet<Command["do"]> = new Set(["history", "search", "read"]);

const NOT_REFUSED: ReadonlySet<string> = new Set([
  "screen-locked",
  "wrong-passphrase",
  "too-many-tries",
  "passphrase-short",
  "no-passphrase",
  "empty-text",
  "stopped",
]);

/** By the server or the vault, and not for what was typed. */
function isRefused({ code }: Fault): boolean {
  return !NOT_REFUSED.has(code);
}
