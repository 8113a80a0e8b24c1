import { placed } from "../model/layout";

/** Lays large graphs out, off the thread that answers to the person at the screen. */
globalThis.onmessage = ({ data: { key, items, groups } }: MessageEvent<LayoutAsked>) => {
  const told: LayoutTold = { key, places: [...placed(items, groups)] };
  globalThis.postMessage(told);
};

export interface LayoutAsked {
  readonly key: string;
  readonly items: Parameters<typeof placed>[0];
  readonly groups: NonNullable<Parameters<typeof placed>[1]>;
}

export interface LayoutTold {
  readonly key: string;
  readonly places: readonly (readonly [string, { readonly x: number; readonly y: number }])[];
}
