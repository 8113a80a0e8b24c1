import type { BlockKind } from "../wire/schemas";
import type { LookStatus } from "./look";

export type PanelTab = "data" | "chart" | "profile" | "history" | "logs" | "checks" | "settings";

const TABS: readonly PanelTab[] = ["data", "chart", "profile", "history", "logs", "checks", "settings"];

export function panelTab(id: string): PanelTab {
  return TABS.find((tab) => tab === id) ?? "data";
}

/** Which tab shows most while nobody has chosen one. */
export function tabFor(kind: BlockKind, status: LookStatus, hasOutput: boolean, hasReceipts: boolean): PanelTab {
  if (kind === "exporter" && hasReceipts) return "checks";
  if (hasOutput) return "data";
  return status === "running" || status === "failed" || status === "retrying" ? "logs" : "data";
}
