// Whether the server is there, and what waits for it.
import type { LinkView } from "../../port/screens.ts";
import type { ClientEvent } from "../../port/views.ts";
import { shared } from "./sharing.ts";

type LinkEvent = Extract<ClientEvent, { readonly event: "link" }>;

export class LinkState {
  #waiting: () => number = () => 0;
  #link: Omit<LinkView, "waiting"> = { state: "connecting" };
  #isReady = false;
  #view: LinkView = { state: "connecting", waiting: 0 };

  get isReady(): boolean {
    return this.#isReady;
  }

  get view(): LinkView {
    this.#view = shared(this.#view, { ...this.#link, waiting: this.#waiting() });
    return this.#view;
  }

  count(waiting: () => number): void {
    this.#waiting = waiting;
  }

  ready(): void {
    this.#isReady = true;
    this.#link = { state: "connected" };
  }

  take({ state, reason, retryMs, at }: LinkEvent): void {
    // What was missed is still coming.
    const shown = state === "connected" && !this.#isReady ? "connecting" : state;
    this.#link = {
      state: shown,
      ...(reason === undefined ? {} : { reason }),
      ...(retryMs === undefined ? {} : { retryAt: at + retryMs }),
    };
  }
}
