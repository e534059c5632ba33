// What the page and its server say to each other over their one WebSocket: JSON, one message in each text frame.
// Types and limits only; `web/from-page.ts` reads what the page says, strictly.
import type { Intent, PersonCard, Ring, ScreenView } from "../../../port/screens.ts";
import type { LinkReason } from "../../../port/views.ts";
import type {
  CertificateFile,
  InvitationLook,
  LoginRequest,
  PhraseShown,
  RecoverRequest,
  RegisterRequest,
} from "./first-run.ts";
import type { ViewPatch } from "./view-patch.ts";

/** The subprotocol; the session key travels beside it, as `key.KEY`. */
export const SUBPROTOCOL = "mutual.v1";
export const KEY_PREFIX = "key.";
export const LIVE_PATH = "/live";
export const SESSION_PATH = "/api/session";
/** POST with `?to=…&name=…`, and perhaps `text` and `reply`; the body is the file. */
export const UPLOAD_PATH = "/api/upload";
/** A recovery phrase, with numbers and columns, is far shorter. */
export const PHRASE_CHARS = 2_000;
/** GET, followed by the id of a message. */
export const FILE_PATH = "/api/file/";
/** GET with `?to=…&format=…`: everything that this device holds of a conversation. */
export const EXPORT_PATH = "/api/export";
export const EXPORT_FORMATS = ["text", "json", "html"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
/** No form can send it, and no page of another origin without asking first. */
export const UPLOAD_TYPE = "application/octet-stream";
/** One frame of the page: the longest text of a message as JSON, six bytes for each of its bytes at worst. */
export const PAGE_FRAME_BYTES = 512 * 1024;
/** Frames of the page that wait for their answers. */
export const PENDING_MOST = 100;

/** As readCommand takes it: `Command` as JSON, with times as ISO 8601. */
export type CommandFields = Readonly<Record<string, unknown>>;

/** `n`: the answer has it, too. */
export type FromPage =
  | { readonly say: "do"; readonly n: number; readonly intent: Intent }
  | { readonly say: "ask"; readonly n: number; readonly command: CommandFields }
  | { readonly say: "person"; readonly n: number; readonly user: string }
  | { readonly say: "look-at"; readonly n: number; readonly line: string }
  | { readonly say: "open"; readonly n: number; readonly passphrase: string }
  | {
      readonly say: "join";
      readonly n: number;
      readonly line: string;
      readonly user?: string;
      readonly name?: string;
      readonly passphrase?: string;
    }
  | ({ readonly say: "register"; readonly n: number } & RegisterRequest)
  | { readonly say: "written"; readonly n: number; readonly answers: readonly string[] }
  | ({ readonly say: "login"; readonly n: number } & LoginRequest)
  | ({ readonly say: "recover"; readonly n: number } & RecoverRequest)
  | {
      readonly say: "certificates";
      readonly n: number;
      readonly host: string;
      readonly port: number;
      readonly files: readonly CertificateFile[];
      readonly secret?: string;
      readonly passphrase?: string;
    };

export type ToPage =
  /** Nobody is anybody here yet. */
  | { readonly say: "first-run" }
  /** Somebody is, and their vault is not open yet. */
  | { readonly say: "protected"; readonly name: string }
  | { readonly say: "view"; readonly view: ScreenView }
  | { readonly say: "patch"; readonly patch: ViewPatch }
  | { readonly say: "ring"; readonly ring: Ring }
  | { readonly say: "answer"; readonly n: number; readonly reply: Readonly<Record<string, unknown>> | Answered }
  | { readonly say: "failed"; readonly n: number; readonly fault: LinkReason }
  /** Of something that was begun by another way: a file. */
  | { readonly say: "fault"; readonly fault: LinkReason };

type Answered = PersonCard | InvitationLook | PhraseShown;
