// A name that somebody typed: whoever takes it later is another one.
import { Fault } from "../../model/fault.ts";
import type { Handle } from "../../model/ids.ts";
import type { Ask } from "./circle/ask.ts";

/** @throws Fault `no-such-user`, `offline` */
export async function checkUser(ask: Ask, user: Handle): Promise<void> {
  const { users } = await ask({ type: "listUsers", query: user, after: "" }, "userList");
  if (!users.some((one) => one.user === user)) throw noSuchUser(user);
}

export function noSuchUser(user: string): Fault {
  return new Fault("no-such-user", `there is no user @${user} here`, {
    values: { user },
    hint: "check the name; /users lists everybody",
  });
}
