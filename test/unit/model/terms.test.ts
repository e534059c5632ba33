// Terms: one form for each value, and nothing else is taken.
import { describe, expect, it } from "vitest";
import type { Handle } from "../../../src/model/ids.ts";
import { decodeTerms, encodeTerms, type Terms } from "../../../src/model/terms.ts";

const alice = "alice" as Handle;
const bob = "bob" as Handle;
const terms: Terms = {
  kind: "room",
  join: "ask",
  history: 7,
  closed: false,
  roles: new Map([
    [bob, "admin"],
    [alice, "owner"],
  ]),
};
const text =
  '{"v":1,"kind":"room","join":"ask","history":7,"closed":false,"roles":[["alice","owner"],["bob","admin"]]}';

describe("terms", () => {
  it("have one form, handles in order", () => {
    expect(Buffer.from(encodeTerms(terms)).toString("utf8")).toBe(text);
  });

  it("come back as they were", () => {
    const back = decodeTerms(encodeTerms(terms));
    expect(back).toEqual(terms);
  });

  it.each([
    ["nothing", ""],
    ["no object", "[]"],
    ["null", "null"],
    ["another version", text.replace('"v":1', '"v":2')],
    ["another kind", text.replace("room", "cellar")],
    ["the kind of an array's length", text.replace('"room"', "4")],
    ["another way in", text.replace("ask", "climb")],
    ["no days", text.replace(":7,", ":0,")],
    ["half a day", text.replace(":7,", ":7.5,")],
    ["too many days", text.replace(":7,", ":366,")],
    ["a role that there is not", text.replace("admin", "king")],
    ["a handle that is none", text.replace("bob", "Bob")],
    ["handles out of order", text.replace('["alice","owner"],["bob","admin"]', '["bob","admin"],["alice","owner"]')],
    ["a handle twice", text.replace('["bob","admin"]', '["alice","owner"]')],
    ["a field more", text.replace('"v":1', '"v":1,"x":0')],
    ["keys in another order", text.replace('"kind":"room","join":"ask"', '"join":"ask","kind":"room"')],
    ["a space", `${text} `],
    ["a byte order mark", `\uFEFF${text}`],
    ["a prototype", text.replace('"v":1', '"__proto__":{},"v":1')],
    ["half of it", text.slice(0, 50)],
  ])("are refused with %s", (_what, bytes) => {
    expect(decodeTerms(Buffer.from(bytes, "utf8"))).toBeUndefined();
  });

  it("are refused where they are longer than any", () => {
    expect(decodeTerms(Buffer.alloc(300_000, 0x20))).toBeUndefined();
  });
});
