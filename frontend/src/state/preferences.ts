import { remembered } from "./remembered";

/** What somebody prefers in this browser. Each is kept as text, so that an unknown one counts as the first. */
export const theme = remembered("theme", "system");
export const motion = remembered("motion", "system");
export const autosave = remembered("autosave", "yes");
/** Whether the tour was taken, or put away. */
export const tour = remembered("tour", "");

/** Have the page look as is preferred, now and whenever that changes. */
export function followPreferences(): void {
  const root = document.documentElement;
  const show = () => {
    root.dataset["theme"] = theme.get();
    root.dataset["motion"] = motion.get();
  };
  show();
  theme.subscribe(show);
  motion.subscribe(show);
}
