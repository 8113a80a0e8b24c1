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
      ["Ctrl+Space", "Complete; mostly it comes by itself as you type"],
      ["F12 or Mod+click", "Go to where a name is made"],
      ["F2", "Rename it everywhere"],
      ["Mod+Shift+Space", "What a call takes"],
      ["Mod+.", "Mend what is marked in this line"],
      ["F8", "Go to the next mark"],
      ["Shift+Alt+F", "Format"],
      ["Mod+F", "Find and replace"],
      ["Mod+D", "Select the next of the same"],
      ["Alt+click", "One more cursor; dragging makes a column of them"],
      ["Mod+Shift+[ or ]", "Fold and unfold"],
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
      ["Shift+Arrows", "Select cells"],
      ["Ctrl+Space", "Select the column"],
      ["Shift+Space", "Select the row"],
      ["Mod+A", "Select everything"],
      ["Mod+C", "Copy what is selected"],
      ["Alt+Enter", "Open the menu of the column"],
    ],
  ],
];
