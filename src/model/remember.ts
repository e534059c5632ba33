/** Puts it last among what is remembered; beyond `most` the one that was put longest ago goes. */
export function remember<K, V>(all: Map<K, V>, most: number, [key, value]: readonly [K, V]): V {
  all.delete(key);
  const [oldest] = all.keys();
  if (all.size >= most && oldest !== undefined) all.delete(oldest);
  all.set(key, value);
  return value;
}
