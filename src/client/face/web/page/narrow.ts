// Whether there is room for one column only: the width of style/frame.css, which grows with the size of letters.
import { useEffect, useState } from "preact/hooks";

const NARROW_REM = 46;

export function useNarrow(fontScale: number): boolean {
  // A rem of a media query is the browser's own.
  const query = `(max-width: ${NARROW_REM * fontScale}rem)`;
  const [isNarrow, setNarrow] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const width = matchMedia(query);
    const see = (): void => setNarrow(width.matches);
    see();
    width.addEventListener("change", see);
    return () => width.removeEventListener("change", see);
  }, [query]);
  return isNarrow;
}
