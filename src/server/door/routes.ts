// The places of the door: EST for certificates, and beside it what a client of ours has to know.
import { type DoorAnswer, type DoorRequest, jsonAnswer } from "./http.ts";
import { estRoute, type EstWorld } from "./est.ts";

export interface DoorPlaces extends EstWorld {
  /** For whoever is about to join: where to go then, and nothing about anybody. */
  readonly about: () => object | Promise<object>;
}

/** Undefined: there is no such place. */
export function doorRoute(places: DoorPlaces, request: DoorRequest): Promise<DoorAnswer> | DoorAnswer | undefined {
  if (request.method === "GET" && request.path === "/mutual/v1/realm") return aboutRealm(places);
  return estRoute(places, request);
}

async function aboutRealm({ about }: DoorPlaces): Promise<DoorAnswer> {
  return jsonAnswer(200, await about());
}
