const PATHS = {
  loader: "M8 2v7m0 0L5 6m3 3 3-3M2.5 9.5v3a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-3",
  transformer: "M2 4.5h3.2c1 0 1.8.5 2.3 1.4l1 2.2c.5.9 1.3 1.4 2.3 1.4H14m0 0-2-2m2 2-2 2M2 11.5h3.2c.7 0 1.3-.3 1.8-.8M14 4.5h-3.2c-.7 0-1.3.3-1.8.8m5-.8-2-2m2 2-2 2",
  exporter: "M8 9.5v-7m0 0L5 5.5m3-3 3 3M2.5 9.5v3a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-3",
  sensor: "M8 8h.01M5.5 10.5a3.5 3.5 0 0 1 0-5m5 0a3.5 3.5 0 0 1 0 5M3.4 12.6a6.5 6.5 0 0 1 0-9.2m9.2 0a6.5 6.5 0 0 1 0 9.2",
  note: "M4 2.5h5.5L12.5 5.5v8h-8.5zM9.5 2.5v3h3M6 8.5h4.5M6 11h3",
  fresh: "M5.2 8.2l2 2 3.7-4.1M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z",
  done: "M5.2 8.2l2 2 3.7-4.1M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z",
  reused: "M3 8.5l2.5 2.5 5-5.5M8 11l.5.5 5-6",
  stale: "M8 4.8V8l2.2 1.5M14 8A6 6 0 1 1 8 2c2 0 3.7 1 4.8 2.4M13 1.8v2.7h-2.7",
  never: "M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z",
  waiting: "M5 8h.01M8 8h.01M11 8h.01M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z",
  running: "M14 8a6 6 0 1 1-6-6",
  retrying: "M13.5 8a5.5 5.5 0 1 1-1.7-4M12.5 1.5v3h-3",
  failed: "M6 6l4 4m0-4l-4 4M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z",
  skipped: "M4 4.5 8 8l-4 3.5zM8.5 4.5l4 3.5-4 3.5z",
  cancelled: "M5.8 5.8h4.4v4.4H5.8zM14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z",
  unknown: "M6.3 6.4a1.7 1.7 0 1 1 2.6 1.5c-.6.3-.9.7-.9 1.2M8 11.2h.01M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z",
  play: "M5 3.2v9.6l7.5-4.8z",
  stop: "M4 4h8v8H4z",
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  close: "M4 4l8 8m0-8l-8 8",
  pause: "M5 3.5v9M11 3.5v9",
  clock: "M8 4.8V8l2.2 1.5M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0z",
  history: "M8 5v3.2l2 1.3M2.5 8a5.5 5.5 0 1 0 1.7-4M3.5 1.5v3h3",
  undo: "M3 6.5h6.5a3.5 3.5 0 0 1 0 7H7M3 6.5l3-3m-3 3 3 3",
  redo: "M13 6.5H6.5a3.5 3.5 0 0 0 0 7H9M13 6.5l-3-3m3 3-3 3",
  search: "M10.5 10.5 14 14M12 7a5 5 0 1 1-10 0 5 5 0 0 1 10 0z",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  chevron: "M6 4l4 4-4 4",
  up: "M8 13V3m0 0L4 7m4-4 4 4",
  down: "M8 3v10m0 0 4-4m-4 4L4 9",
  link: "M6.5 9.5l3-3M7 4.5l1-1a3 3 0 0 1 4.5 4.5l-1 1M9 11.5l-1 1A3 3 0 0 1 3.5 8l1-1",
  warning: "M8 6v3.2M8 11.6h.01M7.1 2.7 1.8 12a1 1 0 0 0 .9 1.5h10.6a1 1 0 0 0 .9-1.5L8.9 2.7a1 1 0 0 0-1.8 0z",
  graph: "M6 3.5H2.5v3H6zM13.5 9.5H10v3h3.5zM4.2 6.5v3.2c0 .8.6 1.3 1.3 1.3H10",
  split: "M2.5 3h11v10h-11zM7.5 3v10",
  column: "M3.5 3h9v3.5h-9zM3.5 9h9v4h-9z",
  gear: "M8 10.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM8 1.8v1.7M8 12.5v1.7M14.2 8h-1.7M3.5 8H1.8M12.4 3.6l-1.2 1.2M4.8 11.2l-1.2 1.2M12.4 12.4l-1.2-1.2M4.8 4.8 3.6 3.6",
  keyboard: "M1.8 4h12.4v8H1.8zM4.2 6.5h.01M6.7 6.5h.01M9.2 6.5h.01M11.7 6.5h.01M5 9.5h6",
  sliders: "M2.5 5h5M11 5h2.5M2.5 11H5M8.5 11h5M9.2 3.2v3.6M6.8 9.2v3.6",
  pipe: "M2.5 4h5M2.5 8h11M2.5 12h8M11 4h.01",
  download: "M8 2.5v7m0 0L5 6.5m3 3 3-3M2.5 13.5h11",
  code: "M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  check: "M3.5 8.5l3 3 6-7",
  drag: "M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01",
  offline: "M2 2l12 12M3 7a7 7 0 0 1 2.5-1.6M13 7a7 7 0 0 0-4.5-2M5.5 9.7a3.8 3.8 0 0 1 2-.9M8 12.5h.01",
  database: "M13 4c0 1-2.2 1.8-5 1.8S3 5 3 4s2.2-1.8 5-1.8S13 3 13 4zM3 4v8c0 1 2.2 1.8 5 1.8s5-.8 5-1.8V4M3 8c0 1 2.2 1.8 5 1.8S13 9 13 8",
  file: "M4 2.5h5.5L12.5 5.5v8h-8.5zM9.5 2.5v3h3",
  folder: "M2 4.5c0-.6.4-1 1-1h3l1.5 1.5H13c.6 0 1 .4 1 1V12c0 .6-.4 1-1 1H3c-.6 0-1-.4-1-1z",
  branch: "M5 5.5v5M5 5.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM5 13.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM11 7.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM11 7.5c0 2-2 2.5-4 3",
  key: "M9.5 6.5 14 2m-2 2 1.5 1.5M6 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
  upload: "M8 10V3m0 0L5.2 5.8M8 3l2.8 2.8M3 10.5v2h10v-2",
  trash: "M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9",
} as const;

export type IconName = keyof typeof PATHS;

const FILLED: ReadonlySet<IconName> = new Set(["play", "stop", "skipped"]);
const BOLD: ReadonlySet<IconName> = new Set(["more", "drag"]);

/** A drawn sign of 16 pixels; it says nothing to a screen reader, so words must stand beside it. */
export function Icon({ name, className = "" }: { readonly name: IconName; readonly className?: string }) {
  return (
    <svg
      className={`icon icon-${name} ${className}`}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
      fill={FILLED.has(name) ? "currentColor" : "none"}
      stroke="currentColor"
      strokeWidth={BOLD.has(name) ? 2.2 : 1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
