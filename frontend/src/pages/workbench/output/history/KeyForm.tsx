import { useState } from "react";
import { type KeyChoice, keyText, type TableDifference } from "../../../../model/difference";
import { Button } from "../../../../ui/Button";

interface KeyFormProps {
  readonly found: TableDifference;
  readonly onChoose: (choice: KeyChoice) => void;
}

/** By which columns rows belong together: as it was found, and to be changed. */
export function KeyForm({ found, onChoose }: KeyFormProps) {
  const [isOpen, setOpen] = useState(false);
  const [columns, setColumns] = useState<readonly string[]>(found.key);
  const shared = found.columns.filter((column) => column.before !== null && column.after !== null);
  const toggle = (name: string) => setColumns(columns.includes(name) ? columns.filter((one) => one !== name) : [...columns, name]);
  const choose = (choice: KeyChoice) => {
    setOpen(false);
    onChoose(choice);
  };
  return (
    <div className="key-form">
      <p>
        Rows belong together by <strong className="mono">{keyText(found)}</strong>
        {found.key.length > 0 && !found.is_key_unique ? ", which is not there once in each row: those of one key follow their order" : ""}
        {found.key.length === 0 ? ", for no few columns name a row" : ""}.{" "}
        <Button look="quiet" onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Leave it" : "Change the key"}
        </Button>
      </p>
      {isOpen ? (
        <fieldset className="key-columns">
          <legend className="field-label">Columns that name a row</legend>
          <div className="key-choices">
            {shared.map((column) => (
              <label key={column.name} className="upstream-choice">
                <input type="checkbox" checked={columns.includes(column.name)} onChange={() => toggle(column.name)} />
                <span className="mono">{column.name}</span>
              </label>
            ))}
          </div>
          <div className="row-of-buttons">
            <Button look="primary" isDisabled={columns.length === 0} onClick={() => choose({ by: "columns", columns })}>
              Use this key
            </Button>
            <Button onClick={() => choose({ by: "none" })}>Compare whole rows</Button>
            <Button onClick={() => choose({ by: "found" })}>Find one</Button>
          </div>
        </fieldset>
      ) : null}
    </div>
  );
}
