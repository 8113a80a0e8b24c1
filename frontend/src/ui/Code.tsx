/** Code that is only read. */
export function Code({ text, name }: { readonly text: string; readonly name: string }) {
  return (
    <pre className="code" tabIndex={0} role="region" aria-label={name}>
      {text}
    </pre>
  );
}
