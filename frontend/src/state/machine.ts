/** Whether the keyboard is a Mac's, on which ⌘ stands for Ctrl. */
export const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);
