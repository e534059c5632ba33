// Whether there is room for one column only: the width of style/frame.css.
import { useEffect, useState } from "preact/hooks";

const NARROW = "(max-width: 46rem)";

export function useNarrow(): boolean {
  const [isNarrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const width = matchMedia(NARROW);
    const see = (): void => setNarrow(width.matches);
    width.addEventListener("change", see);
    return () => width.removeEventListener("change", see);
  }, []);
  return isNarrow;
}
