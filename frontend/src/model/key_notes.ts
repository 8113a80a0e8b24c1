/** Keys that work in one place alone and are no commands: what the sheet of keys says of them. */
export const KEY_NOTES: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    "In a block",
    [
      ["Shift+Enter", "Run this block and what it needs"],
      ["Mod+Enter", "Run only this block"],
      ["Mod+S", "Save now"],
      ["Tab", "Indent, once you typed or clicked in the code; else move on"],
      ["Escape, then Tab", "Leave the code for what stands below it"],
    ],
  ],
  [
    "In the graph and among arguments",
    [
      ["Delete", "Disconnect the chosen connection, or the focused argument"],
      ["Alt+← or →", "Move the focused argument"],
    ],
  ],
  [
    "In a table",
    [
      ["Arrows, Home, End", "Move; with Ctrl to the very edge"],
      ["Enter", "Read the whole cell"],
      ["Mod+C", "Copy the cell"],
    ],
  ],
];
