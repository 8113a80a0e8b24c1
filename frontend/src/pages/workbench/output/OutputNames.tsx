interface OutputNamesProps {
  readonly names: readonly string[];
  readonly chosen: string | undefined;
  readonly onChoose: (name: string) => void;
}

/** The switch between the outputs of a block that gives several; nothing where there is one. */
export function OutputNames({ names, chosen, onChoose }: OutputNamesProps) {
  if (names.length < 2) return null;
  return (
    <div className="output-names" role="group" aria-label="Outputs">
      {names.map((name) => (
        <button key={name} type="button" aria-pressed={name === chosen} onClick={() => onChoose(name)}>
          {name}
        </button>
      ))}
    </div>
  );
}
