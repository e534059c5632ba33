// A page before a packaged client, and what Chromium says of its main thread.
import type { Browser, CDPSession } from "playwright-core";
import { setTimeout as sleep } from "node:timers/promises";
import { GuiProgram } from "../../kit/web/gui-program.ts";

const WAIT_MS = 30_000;
const LOOK_MS = 20;
/** Something can be written, and the newest that was said is there to read. */
const IS_INTERACTIVE = `(() => {
  const field = document.querySelector("textarea");
  return field !== null && !field.disabled && document.querySelector("article") !== null;
})()`;

export interface PageWork {
  /** Milliseconds since the page began. */
  readonly scriptMs: number;
  readonly taskMs: number;
  readonly heapMb: number;
}

export class OpenWindow implements AsyncDisposable {
  readonly gui: GuiProgram;
  readonly #session: CDPSession;
  /** Until it was interactive, by the clock and by the main thread. */
  readonly loaded: PageWork & { readonly ms: number };

  private constructor(gui: GuiProgram, session: CDPSession, loaded: OpenWindow["loaded"]) {
    [this.gui, this.#session, this.loaded] = [gui, session, loaded];
  }

  static async open(home: string, browser: Browser): Promise<OpenWindow> {
    let session: CDPSession | undefined;
    let began = 0;
    const gui = await GuiProgram.open(["--home", home], {
      browser,
      before: async (page) => {
        session = await page.context().newCDPSession(page);
        await session.send("Performance.enable");
        began = performance.now();
      },
    });
    if (session === undefined) throw new Error("there was no page");
    const isInteractive = async (): Promise<boolean> =>
      (await session?.send("Runtime.evaluate", { expression: IS_INTERACTIVE }))?.result.value === true;
    while (!(await isInteractive())) {
      if (performance.now() - began > WAIT_MS) throw new Error("the page never became interactive");
      await sleep(LOOK_MS);
    }
    const ms = performance.now() - began;
    return new OpenWindow(gui, session, { ms, ...(await workOf(session)) });
  }

  work(): Promise<PageWork> {
    return workOf(this.#session);
  }

  /** What nothing holds any more is gone. */
  async collected(): Promise<PageWork> {
    await this.#session.send("HeapProfiler.collectGarbage");
    return this.work();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.gui[Symbol.asyncDispose]();
  }
}

async function workOf(session: CDPSession): Promise<PageWork> {
  const { metrics } = await session.send("Performance.getMetrics");
  const of = (name: string): number => metrics.find((one) => one.name === name)?.value ?? Number.NaN;
  return {
    scriptMs: of("ScriptDuration") * 1e3,
    taskMs: of("TaskDuration") * 1e3,
    heapMb: of("JSHeapUsedSize") / 2 ** 20,
  };
}
