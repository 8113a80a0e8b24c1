import { lazy, Suspense, useMemo } from "react";
import type { Command } from "../../model/commands";
import { overlay } from "../../state/commands";
import { goTo } from "../../state/navigation";
import { motion, theme, tour } from "../../state/preferences";
import type { World } from "../../state/world";
import { useStore } from "../../ui/useStore";
import { useCommands } from "./useCommands";
import { useKeys } from "./useKeys";

const Palette = lazy(async () => ({ default: (await import("./Palette")).Palette }));
const KeysSheet = lazy(async () => ({ default: (await import("./KeysSheet")).KeysSheet }));
const SettingsDialog = lazy(async () => ({ default: (await import("./SettingsDialog")).SettingsDialog }));

const EVERYWHERE: readonly Command[] = [
  { id: "palette", title: "Find a command, block, pipeline or run", group: "Anywhere", keys: ["Mod+K"], isEverywhere: true, isMinor: true, run: () => overlay.set("palette") },
  { id: "keys", title: "Show all keys", group: "Anywhere", keys: ["?"], also: "keyboard shortcuts help", run: () => overlay.set("keys") },
  { id: "settings", title: "Settings", group: "Anywhere", keys: ["Mod+,"], isEverywhere: true, also: "preferences options", run: () => overlay.set("settings") },
  { id: "theme dark", title: "Dark colours", group: "Theme", also: "night appearance mode", isMinor: true, run: () => theme.set("dark") },
  { id: "theme light", title: "Light colours", group: "Theme", also: "day appearance mode", isMinor: true, run: () => theme.set("light") },
  { id: "theme system", title: "Colours as the system has them", group: "Theme", also: "appearance mode", isMinor: true, run: () => theme.set("system") },
  { id: "motion", title: "Less motion", group: "Anywhere", also: "animation", isMinor: true, run: () => motion.set("reduced") },
  { id: "tour", title: "Show the tour", group: "Anywhere", also: "help introduction begin", isMinor: true, run: () => tour.set("") },
  { id: "projects", title: "All projects", group: "Go to", isMinor: true, run: () => goTo("/") },
];

/** The palette, the sheet of keys and the settings, each over whatever page is shown. */
export function Overlays({ world }: { readonly world: World }) {
  const shown = useStore(overlay);
  useKeys();
  useCommands(useMemo(() => EVERYWHERE, []));
  const close = () => overlay.set("nothing");
  return (
    <Suspense fallback={null}>
      {shown === "palette" ? <Palette world={world} onClose={close} /> : null}
      {shown === "keys" ? <KeysSheet onClose={close} /> : null}
      {shown === "settings" ? <SettingsDialog onClose={close} /> : null}
    </Suspense>
  );
}
