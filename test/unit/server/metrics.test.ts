// The numbers of a server and the format in which they are told.
import { describe, expect, test } from "vitest";
import { APPEND_BUCKETS, ServerMeter } from "../../../src/server/metrics/meter.ts";
import { counter, gauge, labelled, writeMetrics } from "../../../src/server/metrics/prometheus.ts";
import { readMetrics } from "../../kit/prometheus.ts";

describe("the text format", () => {
  test("families, each with help and type", () => {
    const text = writeMetrics([counter("a_total", "first", 3), gauge("b", "second", -0.5)]);
    expect(text).toBe(
      "# HELP a_total first\n# TYPE a_total counter\na_total 3\n# HELP b second\n# TYPE b gauge\nb -0.5\n",
    );
    expect([...readMetrics(text).keys()]).toEqual(["a_total", "b"]);
  });

  test("labels are escaped, and read back as they were", () => {
    const family = { name: "a_total", help: "with \\ and \n in it", type: "counter" } as const;
    const text = writeMetrics([
      labelled(family, "code", [
        ['quote " slash \\ line \n', 1],
        ["plain", 2],
      ]),
    ]);
    expect(text.split("\n")).toContain('a_total{code="quote \\" slash \\\\ line \\n"} 1');
    expect(text.split("\n")[0]).toBe("# HELP a_total with \\\\ and \\n in it");
    expect(readMetrics(text).get("a_total")?.samples.size).toBe(2);
  });

  test.each([
    [0, "0"],
    [1e21, "1e+21"],
    [0.1, "0.1"],
    [Number.POSITIVE_INFINITY, "+Inf"],
    [Number.NEGATIVE_INFINITY, "-Inf"],
    [Number.NaN, "NaN"],
  ])("the number %d", (value, told) => {
    expect(writeMetrics([gauge("a", "x", value)])).toContain(`\na ${told}\n`);
  });

  test("a histogram is cumulative and ends with all", () => {
    const text = writeMetrics([
      { name: "a_seconds", help: "x", type: "histogram", bounds: [0.1, 1], within: [2, 5], count: 6, sum: 9.5 },
    ]);
    expect(readMetrics(text).get("a_seconds")?.samples).toEqual(
      new Map([
        ['a_seconds_bucket{le="0.1"}', 2],
        ['a_seconds_bucket{le="1"}', 5],
        ['a_seconds_bucket{le="+Inf"}', 6],
        ["a_seconds_sum", 9.5],
        ["a_seconds_count", 6],
      ]),
    );
  });

  test.each([
    ["no end of the line", "# HELP a x\n# TYPE a gauge\na 1"],
    ["a sample without a type", "a 1\n"],
    ["a family twice", "# HELP a x\n# TYPE a gauge\na 1\n# HELP a x\n# TYPE a gauge\na 2\n"],
    ["a sample twice", "# HELP a x\n# TYPE a gauge\na 1\na 1\n"],
    ["a counter without _total", "# HELP a x\n# TYPE a counter\na 1\n"],
    ["days", "# HELP a_days x\n# TYPE a_days gauge\na_days 1\n"],
    ["no number", "# HELP a x\n# TYPE a gauge\na one\n"],
    ["a quote in a label", '# HELP a x\n# TYPE a gauge\na{b="c"d"} 1\n'],
    [
      "buckets that shrink",
      '# HELP a x\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
    ],
  ])("the reader of these tests refuses %s", (_what, text) => expect(() => readMetrics(text)).toThrow(/./));
});

describe("the meter", () => {
  const at = { ms: 1_000_000 };
  const clock = { now: () => at.ms, soon: () => undefined, after: () => () => undefined };

  test("messages of the last minute, and not of before", () => {
    using meter = stopped(new ServerMeter(clock));
    at.ms += 120_000;
    for (let each = 0; each < 120; each += 1) meter.append()(true);
    meter.append()(false);
    expect(meter.messages).toBe(120);
    expect(meter.messagesPerSecond).toBe(2);
    at.ms += 59_000;
    expect(meter.messagesPerSecond).toBe(2);
    at.ms += 2_000;
    expect(meter.messagesPerSecond).toBe(0);
    expect(meter.messages).toBe(120);
  });

  test("shortly after the start: of the time that there was", () => {
    using meter = stopped(new ServerMeter(clock));
    at.ms += 10_000;
    for (let each = 0; each < 20; each += 1) meter.append()(true);
    expect(meter.messagesPerSecond).toBe(2);
  });

  test("each append is in its bucket and in all larger ones", () => {
    using meter = stopped(new ServerMeter(clock));
    for (let each = 0; each < 5; each += 1) meter.append()(true);
    const { within, count, sumS } = meter.appends;
    expect(within).toHaveLength(APPEND_BUCKETS.length);
    expect([within.at(-1), count]).toEqual([5, 5]);
    expect(sumS).toBeGreaterThan(0);
  });

  test("codes are counted, and a flood of strange ones is one", () => {
    using meter = stopped(new ServerMeter(clock));
    for (let each = 0; each < 1_000; each += 1) meter.refused(`code-${each}`);
    meter.refused("code-0");
    meter.door(200);
    expect(meter.refusals.get("code-0")).toBe(2);
    expect(meter.refusals.size).toBeLessThan(70);
    expect(meter.refusals.get("other")).toBe(1_000 - 64);
    expect([...meter.doorAnswers]).toEqual([["200", 1]]);
  });

  /** At the end of a test its timer ends, too. */
  function stopped(meter: ServerMeter): ServerMeter & Disposable {
    return Object.assign(meter, { [Symbol.dispose]: () => meter.stop() });
  }
});
