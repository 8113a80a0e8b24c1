import type { Schemas } from "./schemas";
import type { Shape } from "./shape";
import { shapes } from "./shapes.gen";

const byName: ReadonlyMap<string, Shape> = new Map<string, Shape>(Object.entries(shapes));

/** The server said something that its own document does not allow. */
export class UnexpectedReply extends Error {
  override readonly name = "UnexpectedReply";
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Return where a value first departs from a shape, or null where it fits. Unknown fields are let pass: fields may be added. */
export function misfit(shape: Shape, value: unknown, path = "$"): string | null {
  if (typeof shape === "string") return misfitOfPlain(shape, value, path);
  switch (shape[0]) {
    case "ref": {
      const named = byName.get(shape[1]);
      return named === undefined ? `${path}: unknown shape ${shape[1]}` : misfit(named, value, path);
    }
    case "one":
      return shape.slice(1).some((choice) => choice === value) ? null : `${path}: not one of the known values`;
    case "any": {
      const [, ...options] = shape;
      return options.some((option) => misfit(option, value, path) === null) ? null : `${path}: fits no known form`;
    }
    case "list":
      return Array.isArray(value) ? misfitOfList(shape[1], value, path) : `${path}: not a list`;
    case "map":
      return isRecord(value) ? misfitOfList(shape[1], Object.values(value), path) : `${path}: not a mapping`;
    case "object":
      return isRecord(value) ? misfitOfFields(shape[1], value, path) : `${path}: not an object`;
  }
}

function misfitOfPlain(shape: Extract<Shape, string>, value: unknown, path: string): string | null {
  if (shape === "unknown") return null;
  const found = value === null ? "null" : typeof value;
  return found === shape ? null : `${path}: ${found} where ${shape} was expected`;
}

function misfitOfList(shape: Shape, values: readonly unknown[], path: string): string | null {
  for (const [index, value] of values.entries()) {
    const found = misfit(shape, value, `${path}[${index}]`);
    if (found !== null) return found;
  }
  return null;
}

function misfitOfFields(
  fields: Readonly<Record<string, Shape>>,
  value: Readonly<Record<string, unknown>>,
  path: string,
): string | null {
  for (const [field, shape] of Object.entries(fields)) {
    const isOptional = field.endsWith("?");
    const name = isOptional ? field.slice(0, -1) : field;
    if (isOptional && value[name] === undefined) continue;
    const found = misfit(shape, value[name], `${path}.${name}`);
    if (found !== null) return found;
  }
  return null;
}

function conforms<Name extends keyof Schemas>(name: Name, value: unknown): value is Schemas[Name] {
  return misfit(["ref", name], value) === null;
}

/** Return a value as the wire type of that name. Throws UnexpectedReply where it is not one. */
export function decode<Name extends keyof Schemas>(name: Name, value: unknown): Schemas[Name] {
  if (conforms(name, value)) return value;
  throw new UnexpectedReply(`The server's answer is not a ${name}: ${misfit(["ref", name], value) ?? "unclear"}`);
}
