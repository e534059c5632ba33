// What the first-run screen needs of the program around it: how this machine becomes a device of somebody. Types only.
import type { Screens } from "../../../port/screens.ts";

/** What a line of invitation says by itself, before a word about it goes over the network. */
export interface InvitationLook {
  readonly server: string;
  /** The fingerprint of the realm's CA, hex. */
  readonly realm: string;
  /** `name`: who comes in says who they want to be. `nothing`: the line knows. */
  readonly asks: "name" | "nothing";
}

/** One file as certificates are handed out: PEM or PKCS#12. */
export interface CertificateFile {
  readonly name: string;
  readonly base64: string;
}

export interface JoinRequest {
  readonly line: string;
  readonly user?: string;
  readonly name?: string;
  /** For the vault of this device; without it the vault is guarded by the file system alone. */
  readonly passphrase?: string;
}

export interface RegisterRequest {
  /** Of an invitation. */
  readonly line: string;
  readonly user?: string;
  /** Of the account. Secret; it stays in this process. */
  readonly password: string;
  /** For the vault of this device. Secret. */
  readonly passphrase?: string;
}

/** The recovery phrase, told once; secret. Empty: this was begun before, and the words of then hold. */
export interface PhraseShown {
  readonly words: readonly string[];
  /** Which of them are asked back, counted from 1. */
  readonly asked: readonly number[];
}

export interface LoginRequest {
  /** Of the realm; what an invitation has beside that is not used. */
  readonly line: string;
  readonly user: string;
  /** Of the account. Secret; it stays in this process. */
  readonly password: string;
  /** For the vault of this device. Secret. */
  readonly passphrase?: string;
}

export interface RecoverRequest {
  /** Of the realm, as of a login. */
  readonly line: string;
  readonly user: string;
  /** The recovery phrase, as it was typed. Secret. */
  readonly words: string;
  /** Of the account, from then on. Secret. */
  readonly password: string;
  /** For the vault of this device. Secret. */
  readonly passphrase?: string;
}

export interface CertificateRequest {
  readonly host: string;
  readonly port: number;
  readonly files: readonly CertificateFile[];
  /** Of the key, or of the .p12. Secret. */
  readonly secret?: string;
  /** For the vault of this device. Secret. */
  readonly passphrase?: string;
}

/** Somebody is here, and what they keep is protected by a passphrase. */
export interface Protected {
  /** As the profile is called. */
  readonly name: string;
  /** @throws Fault `wrong-passphrase` */
  open(passphrase: string): Promise<Screens>;
}

/** Each way in ends with the model of who came in: the page goes on with it. */
export interface FirstRun {
  /** @throws Fault `invitation-malformed` */
  look(line: string): Promise<InvitationLook>;
  /** @throws Fault of what stands in the way; the line may be used again unless it says so */
  join(request: JoinRequest): Promise<Screens>;
  /** An account with a password is begun. @throws Fault `invitation-*`, `password-short`, `no-accounts`, … */
  register(request: RegisterRequest): Promise<PhraseShown>;
  /** The phrase is on paper: the account is made. @throws Fault `phrase-differs`, `registration-*`, `user-*`, … */
  written(answers: readonly string[]): Promise<Screens>;
  /** @throws Fault `realm-line`, `login-*`, `connect-*`, … */
  login(request: LoginRequest): Promise<Screens>;
  /** The password is lost, the paper is not. @throws Fault `phrase-malformed`, `recovery-*`, `password-short`, and as `login` */
  recover(request: RecoverRequest): Promise<Screens>;
  /** @throws Fault */
  certificates(request: CertificateRequest): Promise<Screens>;
}
