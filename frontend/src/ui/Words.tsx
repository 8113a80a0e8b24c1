import { Fragment } from "react";

/** Words of the server, in which what stands between backticks is code. */
export function Words({ text }: { readonly text: string }) {
  const parts = text.split("`");
  // A lone backtick at the end opens nothing.
  if (parts.length % 2 === 0) return <>{text}</>;
  return (
    <>
      {parts.map((part, index) =>
        index % 2 === 0 ? (
          <Fragment key={index}>{part}</Fragment>
        ) : (
          <code key={index} className="words-code">
            {part}
          </code>
        ),
      )}
    </>
  );
}
