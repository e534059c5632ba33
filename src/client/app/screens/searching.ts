// One search at a time: what is typed while one runs is one more, and only the last of it.
import { Fault, reason } from "../../../model/fault.ts";
import type { SearchView } from "../../port/screens.ts";
import type { MessageView } from "../../port/views.ts";
import { changed, type Done, emptied, isOver } from "./message-changes.ts";
import { withUsers } from "../query.ts";
import type { Roster } from "./roster.ts";
import type { Ask } from "./world.ts";

export interface SearchingWorld {
  readonly ask: Ask;
  readonly roster: Pick<Roster, "called" | "has" | "usersCalled">;
  readonly onChange: () => void;
}

const RESULTS_MOST = 100;

export class Searching {
  readonly #world: SearchingWorld;
  #view: SearchView | undefined;
  #isRunning = false;

  constructor(world: SearchingWorld) {
    this.#world = world;
  }

  get view(): SearchView | undefined {
    return this.#view;
  }

  /** Undefined: it is closed. */
  async search(query: string | undefined): Promise<void> {
    if (query === undefined) return this.#show(undefined);
    const isEmpty = query.trim() === "";
    this.#show({ query, results: isEmpty ? [] : (this.#view?.results ?? []), isRunning: !isEmpty });
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      await this.#run();
    } finally {
      this.#isRunning = false;
    }
  }

  done(done: Done): void {
    this.#change((one) => (one.message === done.message ? changed(one, done) : one));
  }

  expire(now: number): void {
    this.#change((one) => (isOver(one, now) ? emptied(one, "expired") : one));
  }

  /** What is gone is found by nothing. */
  #change(change: (message: MessageView) => MessageView): void {
    const view = this.#view;
    if (view === undefined) return;
    const results = view.results.map((one) => change(one));
    if (results.every((one, at) => one === view.results[at])) return;
    this.#view = { ...view, results: results.filter(({ placeholder }) => placeholder === undefined) };
  }

  async #run(): Promise<void> {
    for (let wanted = this.#view; wanted?.isRunning === true; wanted = this.#view) {
      const found = await this.#find(wanted.query);
      const now = this.#view;
      if (now === undefined) return;
      if (now.query === wanted.query) this.#show(found);
      else if (!now.isRunning) return;
    }
  }

  async #find(query: string): Promise<SearchView> {
    try {
      const { ask, roster } = this.#world;
      const asked = withUsers(query, (name) => (roster.has(name.toLowerCase()) ? [] : roster.usersCalled(name)));
      const { messages } = await ask({ do: "search", query: asked, limit: RESULTS_MOST });
      const results = messages.map((one): MessageView => Object.assign({}, one, { from: roster.called(one.from) }));
      return { query, results, isRunning: false };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const fault = {
        code: error.code,
        message: reason(error),
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      };
      return { query, results: [], isRunning: false, fault };
    }
  }

  #show(view: SearchView | undefined): void {
    this.#view = view;
    this.#world.onChange();
  }
}
