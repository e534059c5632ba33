// What the metrics port says of the running server: whether it does its work, and its numbers. No names, no ids.
import { readCertificate } from "../pki/certificate.ts";
import type { ServerFiles } from "../pki/load.ts";
import type { Stats } from "./care.ts";
import type { CareParts } from "./care-parts.ts";
import type { Health } from "./metrics/metrics-port.ts";
import { APPEND_BUCKETS, type ServerMeter } from "./metrics/meter.ts";
import { counter, type Family, gauge, labelled, writeMetrics } from "./metrics/prometheus.ts";

export interface ObservedParts extends CareParts {
  readonly meter: ServerMeter;
  readonly agent: string;
  /** As they are now. */
  readonly current: () => ServerFiles;
  readonly isClosed: () => boolean;
  /** What is stored: walked through, so not for each who asks. */
  readonly stats: () => Promise<Stats>;
}

/** A store that does not answer within this time does no work. */
const STORE_MS = 2_000;
/** The folder of blobs is not walked through more often. */
const STATS_MS = 30_000;
const SECOND_MS = 1_000;

export class Observed {
  readonly #parts: ObservedParts;
  #stats: Promise<Stats> | undefined;
  #statsAt = 0;

  constructor(parts: ObservedParts) {
    this.#parts = parts;
  }

  /** `reason`: why it is not well; a stable word. */
  async health(): Promise<
    Health & { readonly reason?: string; readonly maintenance: boolean; readonly uptimeS: number }
  > {
    const { clock, meter, isClosed } = this.#parts;
    const reason = (await this.#isStoreThere()) ? this.#certificateReason() : "store";
    const uptimeS = Math.floor((clock.now() - meter.startedAt) / SECOND_MS);
    return { ok: reason === undefined, ...(reason === undefined ? {} : { reason }), maintenance: isClosed(), uptimeS };
  }

  async metrics(): Promise<string> {
    const { meter, connections, isClosed, memory } = this.#parts;
    const used = memory?.();
    return writeMetrics([
      ...this.#identity(),
      gauge("mutual_connections", "devices that are connected", connections()),
      gauge("mutual_maintenance", "1 while only owners are let in", isClosed() ? 1 : 0),
      ...activity(meter),
      ...stored(await this.#freshStats()),
      this.#certificates(),
      ...loop(meter),
      ...(used === undefined
        ? []
        : [
            gauge("process_resident_memory_bytes", "memory of the process", used.rss),
            gauge("mutual_heap_bytes", "of it what is in use by JavaScript", used.heapUsed),
          ]),
    ]);
  }

  async #isStoreThere(): Promise<boolean> {
    const { store, clock } = this.#parts;
    const late = new Promise<boolean>((resolve) => clock.after(STORE_MS, () => resolve(false)));
    const there = store.realm.logSize().then(
      () => true,
      () => false,
    );
    return Promise.race([there, late]);
  }

  /** Nobody is let in any more. */
  #certificateReason(): string | undefined {
    const { leaf, realm } = this.#parts.current();
    const now = this.#parts.clock.now();
    if (leaf.notAfter.getTime() <= now) return "certificate";
    return [...realm.crls.values()].some(({ nextUpdate }) => nextUpdate.getTime() <= now)
      ? "revocation-list"
      : undefined;
  }

  #freshStats(): Promise<Stats> {
    const now = this.#parts.clock.now();
    if (this.#stats === undefined || now - this.#statsAt > STATS_MS) {
      this.#statsAt = now;
      this.#stats = this.#parts.stats();
      this.#stats.catch(() => (this.#stats = undefined));
    }
    return this.#stats;
  }

  #identity(): readonly Family[] {
    const { agent, meter } = this.#parts;
    const version = agent.slice(agent.indexOf("/") + 1);
    const info = { name: "mutual_build_info", help: "always 1; says the version", type: "gauge" } as const;
    return [
      labelled(info, "version", [[version, 1]]),
      gauge("process_start_time_seconds", "when it was started, in seconds since 1970", meter.startedAt / SECOND_MS),
    ];
  }

  #certificates(): Family {
    const { leaf, realm } = this.#parts.current();
    const now = this.#parts.clock.now();
    const soonest = (ends: readonly Date[]): number =>
      Math.min(...ends.map((end) => (end.getTime() - now) / SECOND_MS));
    const family = {
      name: "mutual_certificate_left_seconds",
      help: "time until the soonest of its kind ends",
      type: "gauge",
    } as const;
    const issuers = realm.issuers.map(({ raw }) => readCertificate(raw).notAfter);
    return labelled(family, "what", [
      ["server", soonest([leaf.notAfter])],
      ["root", soonest([readCertificate(realm.root.raw).notAfter])],
      ...(issuers.length === 0 ? [] : [["issuing", soonest(issuers)] as const]),
      ["revocation_list", soonest([...realm.crls.values()].map(({ nextUpdate }) => nextUpdate))],
    ]);
  }
}

function activity(meter: ServerMeter): readonly Family[] {
  const { within, count, sumS: sum } = meter.appends;
  return [
    counter("mutual_messages_appended_total", "messages and commits that were stored", meter.messages),
    counter("mutual_delivered_bytes_total", "bytes handed to sockets of devices", meter.deliveredBytes),
    {
      name: "mutual_append_seconds",
      help: "from a message's arrival to its being on the disk",
      type: "histogram",
      bounds: APPEND_BUCKETS,
      within,
      count,
      sum,
    },
    labelled(
      { name: "mutual_connections_refused_total", help: "connections that were refused, by why", type: "counter" },
      "code",
      meter.refusals,
    ),
    labelled(
      { name: "mutual_door_requests_total", help: "answers of the enrolment door, by status of HTTP", type: "counter" },
      "status",
      meter.doorAnswers,
    ),
  ];
}

function stored(stats: Stats): readonly Family[] {
  return [
    gauge("mutual_store_bytes", "size of the database", stats.databaseBytes),
    gauge("mutual_blob_bytes", "size of all files of users", stats.blobBytes),
    gauge("mutual_blobs", "files of users", stats.blobs),
    gauge("mutual_realm_log_entries", "entries of the realm's log", stats.realmLog),
    gauge("mutual_log_entries", "entries ever stored in all conversations", stats.entries),
    gauge("mutual_users", "users with an account", stats.users),
    gauge("mutual_devices", "devices that were ever seen", stats.devices),
    gauge("mutual_conversations", "conversations", stats.conversations),
  ];
}

function loop(meter: ServerMeter): readonly Family[] {
  const { meanMs, p99Ms, maxMs } = meter.loop;
  return [
    gauge("mutual_event_loop_lag_mean_seconds", "how late timers come on average", meanMs / SECOND_MS),
    gauge("mutual_event_loop_lag_p99_seconds", "how late one of a hundred timers comes", p99Ms / SECOND_MS),
    gauge("mutual_event_loop_lag_max_seconds", "how late the latest came since the start", maxMs / SECOND_MS),
  ];
}
