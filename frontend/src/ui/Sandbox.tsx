import { useEffect, useRef } from "react";

const READY = "flowstone-frame-ready";

/** Somebody's HTML in a frame of no origin: its scripts run there, and reach neither this page nor the network. */
export function Sandbox({ html, title }: { readonly html: string; readonly title: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  useEffect(() => {
    const answer = (event: MessageEvent) => {
      const inside = frame.current?.contentWindow;
      // The frame has no origin that could be named; that it is ours is known by its window.
      if (inside && event.source === inside && event.data === READY) inside.postMessage(html, "*");
    };
    window.addEventListener("message", answer);
    return () => window.removeEventListener("message", answer);
  }, [html]);
  return <iframe key={html} ref={frame} className="sandbox" title={title} src="/frame" sandbox="allow-scripts" referrerPolicy="no-referrer" />;
}
