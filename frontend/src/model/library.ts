import type { BlockKind, EditRequest, LibraryBlock } from "../wire/schemas";

/** Something that can be added: a ready-made block, or an empty one. */
export interface Choice {
  readonly key: string;
  readonly kind: BlockKind;
  readonly language: "python" | "sql" | "markdown";
  readonly title: string;
  readonly description: string;
  readonly text: string;
  readonly library: string | null;
}

const EMPTY: readonly Choice[] = [
  empty("loader", "python", "Empty loader", "Brings data in: a function that returns a frame."),
  empty("transformer", "python", "Empty transformer", "Takes the frames of its upstreams and returns a new one."),
  empty("transformer", "sql", "Empty SQL", "A query that names its upstreams as tables."),
  empty("exporter", "python", "Empty exporter", "Writes a frame to a lake or a warehouse."),
];

function empty(kind: BlockKind, language: Choice["language"], title: string, description: string): Choice {
  return { key: `empty-${kind}-${language}`, kind, language, title, description, text: "", library: null };
}

/** All that can be added, the empty ones first. */
export function choicesOf(blocks: readonly LibraryBlock[]): readonly Choice[] {
  return [
    ...EMPTY,
    ...blocks.map((block) => ({
      key: `library-${block.id}`,
      kind: block.kind,
      language: block.language,
      title: block.title,
      description: block.description,
      text: block.text,
      library: block.id,
    })),
  ];
}

/** The choices that have every word of the search in their title, name, description, kind or language. */
export function found(choices: readonly Choice[], search: string): readonly Choice[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== "");
  return choices.filter((choice) => {
    const text = `${choice.title} ${choice.library ?? ""} ${choice.description} ${choice.kind} ${choice.language}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** What a new block of that choice is called, if the name is free. */
export function nameOf(choice: Choice): string {
  return (choice.library?.split("/").at(-1) ?? choice.kind).replace(/\.\w+$/, "");
}

/** The edit that adds a choice under a name. */
export function editFor(choice: Choice, id: string, upstream: readonly string[]): Extract<EditRequest, { op: "add_block" }> {
  const shared = { op: "add_block", id, upstream: [...upstream] } as const;
  return choice.library === null
    ? { ...shared, kind: choice.kind, language: choice.language }
    : { ...shared, library: choice.library };
}
