import { useEffect, useLayoutEffect, useRef } from "react";
import { EditorHandle } from "./mount";
import type { CodeSource, EditorKeys, ErrorMark } from "./source";

interface CodeEditorProps {
  readonly label: string;
  /** Another one is another editor. */
  readonly source: CodeSource;
  readonly text: string;
  readonly onType: (text: string) => void;
  readonly keys: Omit<EditorKeys, "leave">;
  readonly errors: readonly ErrorMark[];
  /** A line to go to, once. */
  readonly line: number | null;
  readonly onArrive: () => void;
}

/** A CodeMirror editor over a text that lives elsewhere; a change from outside keeps the cursor where it can. */
export function CodeEditor({ label, source, text, onType, keys, errors, line, onArrive }: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLParagraphElement>(null);
  const editor = useRef<EditorHandle | null>(null);
  const latest = useRef({ text, onType, keys, onArrive });
  useLayoutEffect(() => {
    latest.current = { text, onType, keys, onArrive };
  });
  // Before the browser paints: an editor that is empty for one frame would make everything below it jump.
  useLayoutEffect(() => {
    const parent = place.current;
    if (parent === null) return undefined;
    const made = new EditorHandle(parent, latest.current.text, {
      label,
      source,
      onType: (typed) => latest.current.onType(typed),
      keys: {
        run: () => latest.current.keys.run(),
        runOnly: () => latest.current.keys.runOnly(),
        save: () => latest.current.keys.save(),
        leave: () => end.current?.focus(),
      },
    });
    editor.current = made;
    return () => made.destroy();
  }, [label, source]);
  useLayoutEffect(() => editor.current?.setText(text), [text, label, source]);
  useEffect(() => editor.current?.setErrors(errors), [errors, label, source]);
  useEffect(() => {
    if (line === null || editor.current === null) return;
    editor.current.goTo(line);
    latest.current.onArrive();
  }, [line, label, source]);
  return (
    <>
      <div className="editor" ref={place} />
      <p className="editor-end" ref={end} tabIndex={-1}>
        Left the code: Tab goes on, Shift+Tab goes back in.
      </p>
    </>
  );
}
