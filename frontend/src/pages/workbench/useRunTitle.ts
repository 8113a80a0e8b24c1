import { useEffect } from "react";
import idle from "../../ui/favicon.svg";
import running from "../../ui/favicon-running.svg";

/** Let the tab's title and sign show whether the pipeline runs. */
export function useRunTitle(title: string, isRunning: boolean): void {
  useEffect(() => {
    document.title = `${isRunning ? "▶ " : ""}${title} · Flowstone`;
    const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
    if (icon !== null) icon.href = isRunning ? running : idle;
    return () => {
      if (icon !== null) icon.href = idle;
    };
  }, [title, isRunning]);
}
