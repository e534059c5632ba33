// A room is shut to somebody who is just about to come in: they are told so, wait for nothing, and come in when it is open again.
import { expect, it } from "vitest";
import type { Groups } from "../../src/mls/groups.ts";
import { logKind } from "../../src/model/ids.ts";
import { TestClient } from "../kit/client.ts";
import { makeRealm } from "../kit/realm.ts";
import { testServer } from "../kit/server.ts";

/** What makes an external commit of a room waits for `until`; `begun` is called when one does. */
function waiting(until: Promise<void>, begun: () => void): (groups: Groups) => Groups {
  return (groups) => {
    const joinExternally = groups.joinExternally.bind(groups);
    return Object.assign(groups, {
      joinExternally: async (...[log, wish]: Parameters<Groups["joinExternally"]>) => {
        const made = await joinExternally(log, wish);
        if (logKind(log) === "room") {
          begun();
          await until;
        }
        return made;
      },
    });
  };
}

it("is refused, is ready at the next start, and comes in when it may", async () => {
  using realm = await makeRealm({ clients: ["alice", "bob"] });
  await using server = await testServer(realm);
  const bobs = { realm, identity: realm.client("bob"), port: server.port };
  using alice = new TestClient({ realm, identity: realm.client("alice"), port: server.port });
  const [begun, open] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  using bob = new TestClient({ ...bobs, bend: waiting(open.promise, begun.resolve) });
  for (const one of [alice, bob]) await one.ready();
  await alice.ask({ do: "create", name: "plans", join: "open", listed: true });
  await bob.face.until((face) => face.of("conversation").some(({ change }) => change === "listed"), "listed");
  const joins = bob.ask({ do: "join", to: "#plans" });
  await begun.promise;
  await alice.ask({ do: "policy", to: "#plans", join: "invite" });
  open.resolve();
  await expect(joins).rejects.toMatchObject({ code: "no-such-conversation" });
  bob.client.stop();
  using again = new TestClient({ ...bobs, home: bob.home });
  await again.ready();
  await alice.ask({ do: "add", to: "#plans", user: "bob" });
  await alice.ask({ do: "send", to: "#plans", text: "here you are" });
  await again.hears("here you are");
  for (const one of [alice, bob, again]) expect(one.face.of("alarm")).toEqual([]);
});
