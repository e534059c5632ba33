// One page that is open: its WebSocket, from the first frame to the last. Frames become messages, messages become intents and commands,
// and what the model answers goes back. A page that says something malformed is cut off.
import type { WebSocket } from "ws";
import { Fault } from "../../../model/fault.ts";
import type { Clock } from "../../port/clock.ts";
import type { Screens } from "../../port/screens.ts";
import type { LinkReason } from "../../port/views.ts";
import { readFromPage } from "./from-page.ts";
import { readPageCommand } from "./page-commands.ts";
import type { FirstRun, Protected } from "./protocol/first-run.ts";
import { type FromPage, PENDING_MOST, type ToPage } from "./protocol/messages.ts";
import { keepUpdated } from "./updates.ts";

/** Ends with the model of who came in. */
type ComingIn = Extract<FromPage, { readonly say: "open" | "join" | "written" | "login" | "recover" | "certificates" }>;

/** What waits in memory for a page that does not read; then it is sent nothing more until it has. */
const BEHIND_BYTES = 4 * 1024 * 1024;
/** RFC 6455 §7.4.1. */
const UNSUPPORTED = 1003;
const POLICY = 1008;

/** What a page is shown: there is nobody yet, or what a device sees. */
export type Stage =
  | { readonly stage: "first-run"; readonly firstRun: FirstRun }
  | { readonly stage: "protected"; readonly vault: Protected }
  | { readonly stage: "chat"; readonly screens: Screens };

export interface LiveWorld {
  readonly clock: Clock;
  readonly stage: () => Stage;
  /** Somebody came in by this page. */
  readonly onScreens: (screens: Screens) => void;
}

export class LivePage {
  readonly #socket: WebSocket;
  readonly #world: LiveWorld;
  #pending = 0;
  #end: (() => void) | undefined;

  constructor(socket: WebSocket, world: LiveWorld) {
    this.#socket = socket;
    this.#world = world;
    socket.on("message", (data: Buffer, isBinary) => {
      if (isBinary) socket.close(UNSUPPORTED);
      else this.#take(data.toString("utf8"));
    });
    socket.on("close", () => this.#leave());
    // A broken connection closes, too.
    socket.on("error", () => undefined);
    this.begin();
  }

  /** From the start, whatever was shown before. */
  begin(): void {
    this.#end?.();
    this.#end = undefined;
    const stage = this.#world.stage();
    if (stage.stage === "first-run") return this.send({ say: "first-run" });
    if (stage.stage === "protected") return this.send({ say: "protected", name: stage.vault.name });
    const { screens } = stage;
    const send = (message: ToPage): void => this.send(message);
    const isBehind = (): boolean => this.#socket.bufferedAmount > BEHIND_BYTES;
    const ends = [
      keepUpdated({ clock: this.#world.clock, screens, send, isBehind }),
      screens.onRing((ring) => send({ say: "ring", ring })),
    ];
    this.#end = () => {
      for (const end of ends) end();
    };
  }

  send(message: ToPage): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  close(): void {
    this.#leave();
    this.#socket.terminate();
  }

  /** Nobody looks through a window that is closed. */
  #leave(): void {
    this.#end?.();
    this.#end = undefined;
    const stage = this.#world.stage();
    if (stage.stage === "chat")
      void stage.screens.do({ want: "look", focused: false, atEnd: false }).catch(() => undefined);
  }

  #take(text: string): void {
    let message: FromPage;
    try {
      message = readFromPage(text);
    } catch {
      this.#socket.close(POLICY);
      return;
    }
    void this.#answer(message);
  }

  async #answer(message: FromPage): Promise<void> {
    const { n } = message;
    if (this.#pending >= PENDING_MOST) {
      this.send({ say: "failed", n, fault: { code: "too-many-requests", message: "too much is asked at once" } });
      return;
    }
    this.#pending += 1;
    try {
      this.send({ say: "answer", n, reply: await this.#done(message) });
    } catch (error) {
      this.send({ say: "failed", n, fault: faultOf(error) });
    } finally {
      this.#pending -= 1;
    }
  }

  async #done(message: FromPage): Promise<Extract<ToPage, { say: "answer" }>["reply"]> {
    switch (message.say) {
      case "do":
        await this.#screens().do(message.intent);
        return {};
      case "ask":
        return this.#screens().ask(readPageCommand(message.command));
      case "person":
        return this.#screens().person(message.user);
      case "look-at":
        return this.#firstRun().look(message.line);
      case "register":
        return this.#firstRun().register(asOf(message));
      default:
        this.#world.onScreens(await this.#comesIn(message));
        return {};
    }
  }

  #comesIn(message: ComingIn): Promise<Screens> {
    switch (message.say) {
      case "open":
        return this.#vault().open(message.passphrase);
      case "written":
        return this.#firstRun().written(message.answers);
      case "join":
        return this.#firstRun().join(asOf(message));
      case "login":
        return this.#firstRun().login(asOf(message));
      case "recover":
        return this.#firstRun().recover(asOf(message));
      case "certificates":
        return this.#firstRun().certificates(asOf(message));
    }
  }

  #screens(): Screens {
    const stage = this.#world.stage();
    if (stage.stage === "chat") return stage.screens;
    throw new Fault("nobody-yet", "nobody is here yet", { hint: "come in first" });
  }

  #vault(): Protected {
    const stage = this.#world.stage();
    if (stage.stage === "protected") return stage.vault;
    throw new Fault("somebody-already", "nothing waits for a passphrase here");
  }

  #firstRun(): FirstRun {
    const stage = this.#world.stage();
    if (stage.stage === "first-run") return stage.firstRun;
    throw new Fault("somebody-already", "this machine is a device already");
  }
}

/** What is asked, without what says so. */
function asOf<M extends FromPage>(message: M): Omit<M, "say" | "n"> {
  const { say: _, n: __, ...request } = message;
  return request;
}

/** Of a Fault all it says to people; of anything else nothing but that it was. */
export function faultOf(error: unknown): LinkReason {
  if (!(error instanceof Fault)) return { code: "internal", message: "something went wrong in the program" };
  const { code, message, hint, values } = error;
  return { code, message, ...(hint !== undefined && { hint }), ...(values !== undefined && { values }) };
}
