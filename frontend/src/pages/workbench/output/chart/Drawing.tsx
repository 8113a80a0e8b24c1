import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Chart, ChartPoints } from "../../../../model/chart";
import { drawn } from "./plot";

interface DrawingProps {
  readonly name: string;
  /** Null while other points are on their way: what is drawn then stays. */
  readonly chart: Chart | null;
  readonly points: ChartPoints;
}

/** The picture itself, as large as there is room. */
export function Drawing({ name, chart, points }: DrawingProps) {
  const room = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = room.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (room.current === null || chart === null || size.width < 40 || size.height < 40) return;
    room.current.replaceChildren(drawn(chart, points, { ...size, name }));
  }, [chart, points, size, name]);
  return <div className="chart-drawing" ref={room} />;
}
