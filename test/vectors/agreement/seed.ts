// The same walk each time, unless CHAT_SEED says another one. A failure names its seed.

const SEEDS = { classic: 9420, hybrid: 9180 };

export function seedOf(name: keyof typeof SEEDS): number {
  return Number(process.env["CHAT_SEED"] ?? SEEDS[name]);
}
