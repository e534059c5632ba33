// A conversation as a file, by a command of the terminal: what is wanted of the port, and what is said of it.
import { describe, expect, test } from "vitest";
import { Fault } from "../../../../../src/model/fault.ts";
import { TALK } from "./talk.ts";
import { KEY, sitting } from "./tui.ts";

describe("/export", () => {
  test.each([
    ["/export talk.txt", "text", "talk.txt"],
    ["/export talk.JSON", "json", "talk.JSON"],
    ["/export html talk", "html", "talk"],
    ["/export text talk.html", "text", "talk.html"],
    ["/export json 'my talk'", "json", "my talk"],
    ["/export JSON talk", "json", "talk"],
    ["/export html a name with spaces", "html", "a name with spaces"],
    ["/export 'a name with spaces.html'", "html", "a name with spaces.html"],
    ["/export ./my talk.html", "html", "./my talk.html"],
    ["/export xml", "text", "xml"],
  ])("%s", async (typed, format, path) => {
    const one = await sitting(TALK);
    await one.type(typed, KEY.enter);
    expect(one.exported).toEqual([{ to: "#general", format, path }]);
    expect(one.screen()).toContain(`#general is in ${path} now`);
  });

  test.each(["/export", "/export json"])("without a name of a file it says how: %s", async (typed) => {
    const one = await sitting(TALK);
    await one.type(typed, KEY.enter);
    expect(one.exported).toEqual([]);
    expect(one.screen()).toContain("error: /export cannot be understood like this");
  });

  test.each(["/export xml f", "/export xml talk.html", "/export my talk.txt"])(
    "in a format that there is not, nothing is written: %s",
    async (typed) => {
      const one = await sitting(TALK, { columns: 140 });
      await one.type(typed, KEY.enter);
      expect(one.exported).toEqual([]);
      const [, format] = typed.split(" ");
      expect(one.screen()).toContain(`error: there is no format ${format}; text, json or html; a name with`);
      expect(one.screen()).toContain(`> ${typed}`);
    },
  );

  test("what stands in the way is said", async () => {
    const one = await sitting(TALK, { columns: 120 });
    one.refusal = new Fault("file-exists", "there is a file talk.txt already", { hint: "choose another name" });
    await one.type("/export talk.txt", KEY.enter);
    expect(one.screen()).toContain("error: there is a file talk.txt already; choose another name");
  });
});
