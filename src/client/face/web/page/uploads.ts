// Files on their way from this page to the program: each with its progress, a way to stop it, and to try it again. Later the view says how
// it goes on.
import { remember } from "../../../../model/remember.ts";
import { UPLOAD_PATH, UPLOAD_TYPE } from "../protocol/messages.ts";

export interface Upload {
  readonly id: number;
  readonly conversation: string;
  readonly name: string;
  readonly sent: number;
  readonly total: number;
  readonly isFailed: boolean;
}

export interface UploadPlace {
  readonly conversation: string;
  readonly text?: string;
  readonly replyTo?: string;
}

/** What a file is known by once the program has it. */
export type Known = Pick<Upload, "conversation" | "name" | "total">;

interface Sent {
  readonly file: File;
  readonly place: UploadPlace;
}

/** Files, not what is in them: for another try. */
const KEPT_MOST = 50;
const TAKEN = 202;

export class Uploads {
  readonly #key: string;
  readonly #onChange: (uploads: readonly Upload[]) => void;
  readonly #requests = new Map<number, XMLHttpRequest>();
  /** One after the other, so that the program has them in their order. */
  readonly #waiting: { readonly id: number; readonly sent: Sent }[] = [];
  /** By the id of the upload; the oldest goes. */
  readonly #kept = new Map<number, Sent>();
  #uploads: readonly Upload[] = [];
  #count = 0;

  constructor(key: string, onChange: (uploads: readonly Upload[]) => void) {
    this.#key = key;
    this.#onChange = onChange;
  }

  /** What becomes of it stands among the uploads, and then in the view. */
  send(file: File, place: UploadPlace): void {
    this.#count += 1;
    const id = this.#count;
    const sent = remember(this.#kept, KEPT_MOST, [id, { file, place }]);
    const { conversation } = place;
    this.#put([...this.#uploads, { id, conversation, name: file.name, sent: 0, total: file.size, isFailed: false }]);
    this.#waiting.push({ id, sent });
    this.#next();
  }

  #next(): void {
    if (this.#requests.size > 0) return;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#begin(next.id, next.sent);
  }

  /** One that failed. */
  again(id: number): void {
    const sent = this.#kept.get(id);
    this.#drop(id);
    if (sent !== undefined) this.send(sent.file, sent.place);
  }

  /** Sends it once more, if this page has sent it before. */
  sent({ conversation, name, total }: Known): (() => void) | undefined {
    const found = [...this.#kept.values()].findLast(
      ({ file, place }) => place.conversation === conversation && file.name === name && file.size === total,
    );
    return found && (() => this.send(found.file, found.place));
  }

  /** One that failed is not shown any more. */
  cancel(id: number): void {
    const request = this.#requests.get(id);
    if (request !== undefined) return request.abort();
    const at = this.#waiting.findIndex((one) => one.id === id);
    if (at >= 0) this.#waiting.splice(at, 1);
    this.#drop(id);
  }

  #begin(id: number, { file, place: { conversation, text, replyTo } }: Sent): void {
    const query = new URLSearchParams({ to: conversation, name: file.name });
    if (text !== undefined) query.set("text", text);
    if (replyTo !== undefined) query.set("reply", replyTo);
    // fetch does not say how far it is.
    const request = new XMLHttpRequest();
    request.open("POST", `${UPLOAD_PATH}?${query.toString()}`);
    request.setRequestHeader("authorization", `Bearer ${this.#key}`);
    request.setRequestHeader("content-type", UPLOAD_TYPE);
    this.#requests.set(id, request);
    request.upload.addEventListener("progress", ({ loaded }) => this.#change(id, { sent: loaded }));
    let isStopped = false;
    request.addEventListener("abort", () => (isStopped = true));
    request.addEventListener("loadend", () => {
      this.#requests.delete(id);
      if (isStopped || request.status === TAKEN) this.#drop(id);
      else this.#change(id, { isFailed: true });
      this.#next();
    });
    request.send(file);
  }

  #change(id: number, change: Partial<Upload>): void {
    this.#put(this.#uploads.map((one) => (one.id === id ? { ...one, ...change } : one)));
  }

  #drop(id: number): void {
    this.#put(this.#uploads.filter((one) => one.id !== id));
  }

  #put(uploads: readonly Upload[]): void {
    this.#uploads = uploads;
    this.#onChange(uploads);
  }
}
