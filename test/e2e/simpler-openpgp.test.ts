// The simpler chat, whole: users with OpenPGP keys and passphrases, found at a key server; each side challenges the other; everybody
// who is connected gets the message; who was away comes back and has it too.
import { once } from "node:events";
import { expect, test } from "vitest";
import { ClientProgram } from "../kit/executables.ts";
import { OwnRealm } from "../kit/own-realm.ts";
import { byFile, joins, keyRingOf, newHome, usersIn } from "../kit/pgp/programs.ts";
import { Sks } from "../kit/pgp/sks.ts";

test("three people with OpenPGP keys, one key server, one room for all", async () => {
  // A key server, a realm, and three people whose keys are published, each behind a passphrase.
  await using sks = await Sks.start();
  await using realm = await OwnRealm.init();
  await realm.start();
  const user = await usersIn(realm, ["ada", "bob", "carol"], sks.hkp);

  // The server has a key of its own there, and lets in whoever proves an address of example.org.
  const own = ["--email", "chat@example.org", "--publish", sks.hkp];
  const { line } = await realm.asked("openpgp", ...own, "--allow", "example.org", "--servers", sks.hkp);

  // Ada's key is in gpg, and gpg-agent asks her for the passphrase; Bob's and Carol's are in files.
  await using ring = await keyRingOf(user("ada"));
  const look = ["--key-servers", sks.hkp];
  const homes = new Map<string, string>();
  for (const name of ["ada", "bob", "carol"]) {
    const flags = name === "ada" ? ["--pgp", user(name).email] : byFile(user(name));
    const home = newHome(realm);
    const joined = await joins(realm, [String(line), ...flags, ...look], { GNUPGHOME: ring.home, home });
    expect([joined.code, joined.stderr]).toEqual([0, ""]);
    // She has looked the server up, it has looked her up, both have answered.
    expect(joined.stdout).toContain(`as ${sks.hkp} says`);
    expect(joined.stdout).toContain("both sides are proved");
    expect(joined.stdout).toContain(`you are @${name} in the realm`);
    homes.set(name, home);
  }

  // From now on a name is enough, no passphrase: everybody who is connected gets what is said.
  const start = (name: string): ClientProgram => ClientProgram.start(["--home", homes.get(name) ?? ""]);
  await using ada = start("ada");
  await using bob = start("bob");
  const carol = start("carol");
  for (const one of [ada, bob, carol]) await one.ready();
  await expect
    .poll(async () => ((await ada.ask({ do: "members", to: "#lobby" }))["members"] as unknown[]).length, {
      timeout: 20_000,
    })
    .toBe(3);
  ada.send("good morning");
  for (const one of [bob, carol]) await one.until(() => (one.texts().includes("good morning") ? true : undefined));
  bob.send("good morning, ada");
  for (const one of [ada, carol]) await one.until(() => (one.texts().includes("good morning, ada") ? true : undefined));

  // Carol's machine is gone in the middle; the server is started anew, too. Both others come back by themselves.
  carol.kill("SIGKILL");
  await once(carol.child, "exit");
  await realm.stop();
  ada.send("are you there?");
  await realm.start();
  await bob.until(() => (bob.texts().includes("are you there?") ? true : undefined));

  // She comes back, and has what was said.
  await using again = start("carol");
  await again.until(() => (again.texts().includes("are you there?") ? true : undefined));
  again.send("yes, now");
  for (const one of [ada, bob]) await one.until(() => (one.texts().includes("yes, now") ? true : undefined));
}, 180_000);
