// Accounts by the packaged executables, in a realm of their own: a word of chat-client that makes a device, and files with secrets for it.
import { writeFileSync } from "node:fs";
import { CLIENT, run } from "./executables.ts";
import { OwnRealm, type Ran } from "./own-realm.ts";

export const PASSWORD = "five words chosen by chance";
export const OTHER = "five others chosen by chance";
export const WAIT = { timeout: 30_000 };

export class AccountRealm implements AsyncDisposable {
  readonly own: OwnRealm;
  /** Without a code: what register shows, and `chat-server info`. */
  readonly line: string;

  private constructor(own: OwnRealm, line: string) {
    this.own = own;
    this.line = line;
  }

  static async start(): Promise<AccountRealm> {
    const own = await OwnRealm.init();
    await own.start();
    return new AccountRealm(own, String((await own.asked("info"))["line"]));
  }

  file(name: string): string {
    return this.own.file(name);
  }

  secretFile(name: string, text: string): string {
    writeFileSync(this.file(name), `${text}\n`);
    return this.file(name);
  }

  passwordFile(text = PASSWORD): readonly string[] {
    return ["--password-file", this.secretFile(`${text.slice(5, 12)}.txt`, text)];
  }

  command([word, at, home]: readonly [string, string, string], ...flags: readonly string[]): Promise<Ran> {
    return run(CLIENT, [word, at, "--only", "--home", this.file(home), ...flags]);
  }

  /** By an invitation of their own; the phrase is in a file of their name. */
  async register(user: string): Promise<Ran> {
    const flags = ["--phrase-file", this.file(`${user}.phrase`), ...this.passwordFile()];
    const ran = await this.command(["register", await this.own.invite(user), user], ...flags);
    if (ran.code !== 0 || ran.stderr !== "") throw new Error(ran.stderr);
    return ran;
  }

  /** A first password, or another one, for who is kept in this home; a new phrase is in a file of its name. */
  password(home: string, text = PASSWORD, ...flags: readonly string[]): Promise<Ran> {
    const [, file = ""] = this.passwordFile(text);
    const files = ["--new-password-file", file, "--phrase-file", this.file(`${home}.phrase`)];
    return run(CLIENT, ["password", "--home", this.file(home), ...files, ...flags]);
  }

  logIn(user: string, home: string, text = PASSWORD): Promise<Ran> {
    return this.command(["login", this.line, home], "--user", user, ...this.passwordFile(text));
  }

  /** How often the door did this. */
  asked(path: string): number {
    const isIt = (one: Readonly<Record<string, unknown>>): boolean =>
      one["msg"] === "door" && one["path"] === `/mutual/v1/${path}` && one["status"] === 200;
    return this.own.server.log().filter((one) => isIt(one)).length;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.own[Symbol.asyncDispose]();
  }
}
