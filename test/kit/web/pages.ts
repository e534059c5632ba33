// A browser for all tests of a file, and the page as the sources make it.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import type { BuiltPage } from "../../../src/client/face/web/page-files.ts";
import { launch, pageOfSources, Window } from "./browser.ts";

type Options = Omit<Parameters<typeof Window.open>[1], "page">;

export class Pages {
  #started: { readonly browser: Browser; readonly page: BuiltPage } | undefined;

  /** Once in a file, outside of its tests. */
  constructor() {
    beforeAll(async () => {
      const [browser, page] = await Promise.all([launch(), pageOfSources()]);
      this.#started = { browser, page };
    });
    afterAll(() => this.#started?.browser.close());
  }

  get browser(): Browser {
    return this.#there.browser;
  }

  open(options: Options = {}): Promise<Window> {
    const { browser, page } = this.#there;
    return Window.open(browser, { ...options, page });
  }

  get #there(): { readonly browser: Browser; readonly page: BuiltPage } {
    if (this.#started === undefined) throw new Error("the browser is there when the tests begin");
    return this.#started;
  }
}
