// Files on their way from this page to the program: each with its progress, and a way to stop it. Later the view says how it goes on.
import { UPLOAD_PATH, UPLOAD_TYPE } from "../protocol/messages.ts";

export interface Upload {
  readonly id: number;
  readonly conversation: string;
  readonly name: string;
  readonly sent: number;
  readonly total: number;
}

export interface UploadPlace {
  readonly conversation: string;
  readonly text?: string;
  readonly replyTo?: string;
}

export class Uploads {
  readonly #key: string;
  readonly #onChange: (uploads: readonly Upload[]) => void;
  readonly #requests = new Map<number, XMLHttpRequest>();
  #uploads: readonly Upload[] = [];
  #count = 0;

  constructor(key: string, onChange: (uploads: readonly Upload[]) => void) {
    this.#key = key;
    this.#onChange = onChange;
  }

  /** Resolves with the status; 0: it was stopped, or cut off. */
  send(file: File, { conversation, text, replyTo }: UploadPlace): Promise<number> {
    this.#count += 1;
    const id = this.#count;
    const query = new URLSearchParams({ to: conversation, name: file.name });
    if (text !== undefined) query.set("text", text);
    if (replyTo !== undefined) query.set("reply", replyTo);
    // fetch does not say how far it is.
    const request = new XMLHttpRequest();
    request.open("POST", `${UPLOAD_PATH}?${query.toString()}`);
    request.setRequestHeader("authorization", `Bearer ${this.#key}`);
    request.setRequestHeader("content-type", UPLOAD_TYPE);
    this.#requests.set(id, request);
    this.#put([...this.#uploads, { id, conversation, name: file.name, sent: 0, total: file.size }]);
    request.upload.addEventListener("progress", ({ loaded }) =>
      this.#put(this.#uploads.map((one) => (one.id === id ? { ...one, sent: loaded } : one))),
    );
    return new Promise((resolve) => {
      request.addEventListener("loadend", () => {
        this.#requests.delete(id);
        this.#put(this.#uploads.filter((one) => one.id !== id));
        resolve(request.status);
      });
      request.send(file);
    });
  }

  cancel(id: number): void {
    this.#requests.get(id)?.abort();
  }

  #put(uploads: readonly Upload[]): void {
    this.#uploads = uploads;
    this.#onChange(uploads);
  }
}
