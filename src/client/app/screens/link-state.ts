// Whether the server is there, and what waits for it.
import type { Client } from "../../port/client.ts";
import type { LinkView } from "../../port/screens.ts";
import type { ClientEvent } from "../../port/views.ts";
import { shared } from "./sharing.ts";

type LinkEvent = Extract<ClientEvent, { readonly event: "link" }>;

export class LinkState {
  #client: Pick<Client, "waiting" | "fileBytes"> = { waiting: 0, fileBytes: undefined };
  #link: Omit<LinkView, "waiting" | "fileBytes"> = { state: "connecting" };
  #isReady = false;
  #view: LinkView = { state: "connecting", waiting: 0 };

  get isReady(): boolean {
    return this.#isReady;
  }

  get view(): LinkView {
    const { waiting, fileBytes } = this.#client;
    this.#view = shared(this.#view, { ...this.#link, waiting, ...(fileBytes === undefined ? {} : { fileBytes }) });
    return this.#view;
  }

  /** What is asked of it each time. */
  of(client: Pick<Client, "waiting" | "fileBytes">): void {
    this.#client = client;
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
