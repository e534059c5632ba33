// Files of messages as blobs of this page, got by the bearer key. A picture is shown only where the server has told its kind by its bytes.
import { EXPORT_PATH, type ExportFormat, FILE_PATH } from "../protocol/messages.ts";

const SHOWN = /^image\/(?:png|jpeg|gif|webp|avif)$/;
/** Pictures that are kept; the one that was looked at longest ago goes. */
const KEPT_MOST = 80;

export class Blobs {
  readonly #key: string;
  readonly #pictures = new Map<string, Promise<string | undefined>>();

  constructor(key: string) {
    this.#key = key;
  }

  /** An address of this page for the picture; undefined: it is none that may be shown, or could not be got. */
  picture(message: string): Promise<string | undefined> {
    const kept = this.#pictures.get(message);
    const found = kept ?? this.#load(message);
    this.#pictures.delete(message);
    this.#pictures.set(message, found);
    const [oldest] = this.#pictures.keys();
    if (this.#pictures.size > KEPT_MOST && oldest !== undefined) this.#forget(oldest);
    return found;
  }

  /** Into the browser's downloads. False: it could not be got. */
  async save(message: string, name: string): Promise<boolean> {
    return saved(await this.#get(FILE_PATH + message), name);
  }

  /** A whole conversation, likewise. */
  async export(
    to: string,
    { format, name }: { readonly format: ExportFormat; readonly name: string },
  ): Promise<boolean> {
    return saved(await this.#get(`${EXPORT_PATH}?${new URLSearchParams({ to, format }).toString()}`), name);
  }

  async #load(message: string): Promise<string | undefined> {
    const blob = await this.#get(FILE_PATH + message);
    // It may be there when it is looked for again.
    if (blob === undefined) this.#pictures.delete(message);
    return blob !== undefined && SHOWN.test(blob.type) ? URL.createObjectURL(blob) : undefined;
  }

  async #get(path: string): Promise<Blob | undefined> {
    try {
      const response = await fetch(path, { headers: { authorization: `Bearer ${this.#key}` } });
      return response.ok ? await response.blob() : undefined;
    } catch {
      return undefined;
    }
  }

  #forget(message: string): void {
    const found = this.#pictures.get(message);
    this.#pictures.delete(message);
    void found?.then((url) => {
      if (url !== undefined) URL.revokeObjectURL(url);
    });
  }
}

function saved(blob: Blob | undefined, name: string): boolean {
  if (blob === undefined) return false;
  const link = document.createElement("a");
  // As bytes, whatever it is: nothing of it is opened here.
  link.href = URL.createObjectURL(new Blob([blob], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return true;
}
