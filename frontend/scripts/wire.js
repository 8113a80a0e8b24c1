import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const wire = new URL("../src/wire/", import.meta.url);
const root = new URL("../../", import.meta.url).pathname;
const from = process.argv.indexOf("--from");
const HEADER = "// Generated from the server's OpenAPI document by `npm run wire`; not edited by hand.\n";

const printed =
  from > 0
    ? readFileSync(process.argv[from + 1], "utf8")
    : execFileSync(process.env.FLOWSTONE_PYTHON ?? `${root}.venv/bin/python`, ["-m", "flowstone.web.openapi"], {
        cwd: root,
        encoding: "utf8",
        maxBuffer: 1 << 26,
      });
const openapi = JSON.parse(printed);
const schemas = openapi.components.schemas;

function shapeOf(schema) {
  if (schema.$ref) return ["ref", schema.$ref.split("/").at(-1)];
  if (schema.const !== undefined) return ["one", schema.const];
  if (schema.enum) return ["one", ...schema.enum];
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return ["any", ...either.map(shapeOf)];
  if (schema.allOf?.length === 1) return shapeOf(schema.allOf[0]);
  switch (schema.type) {
    case "string":
    case "boolean":
    case "null":
      return schema.type;
    case "integer":
    case "number":
      return "number";
    case "array":
      return ["list", shapeOf(schema.items ?? {})];
    case "object":
      return schema.properties ? objectOf(schema) : ["map", shapeOf(schema.additionalProperties || {})];
    default:
      return "unknown";
  }
}

function objectOf(schema) {
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties).map(([name, field]) => [
    required.has(name) ? name : `${name}?`,
    shapeOf(field),
  ]);
  return ["object", Object.fromEntries(fields)];
}

function shapesText() {
  const lines = Object.keys(schemas)
    .sort()
    .map((name) => `  ${JSON.stringify(name)}: ${JSON.stringify(shapeOf(schemas[name]))},`);
  return `${HEADER}import type { Shape } from "./shape";\n\nexport const shapes = {\n${lines.join("\n")}\n} as const satisfies Readonly<Record<string, Shape>>;\n`;
}

const ast = await openapiTS(openapi, { immutable: true, defaultNonNullable: false, alphabetize: true });
const generated = { "api.gen.ts": HEADER + astToString(ast), "shapes.gen.ts": shapesText() };

if (process.argv.includes("--check")) {
  const stale = Object.entries(generated).filter(([name, text]) => readFileSync(new URL(name, wire), "utf8") !== text);
  for (const [name] of stale) console.error(`frontend/src/wire/${name} is out of date: run \`npm run wire\``);
  process.exit(stale.length ? 1 : 0);
}
for (const [name, text] of Object.entries(generated)) writeFileSync(new URL(name, wire), text);
