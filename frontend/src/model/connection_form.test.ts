import { describe, expect, it } from "vitest";
import { optionProblem, readForm } from "./connection_form";

const field = (name: string, kind: "text" | "url" | "integer" | "boolean" | "secret", is_required = false) => ({ name, label: name, kind, is_required, hint: "", is_rare: false });
const FORM = { type: "postgres", title: "PostgreSQL", stores: "tables" as const, fields: [field("url", "url", true), field("password", "secret"), field("limit", "integer"), field("anonymous", "boolean")] };

describe("a connection's form", () => {
  it("sends a secret apart, and puts only its name into the file", () => {
    const read = readForm(FORM, { url: "postgresql://me@db/x", password: "hunter22", limit: "5", anonymous: "true" }, [], (option) => `local_w_${option}`);

    expect(read.secrets).toEqual({ local_w_password: "hunter22" });
    expect(read.options).toEqual({ url: "postgresql://me@db/x", password: "${secret:local_w_password}", limit: 5, anonymous: true });
  });

  it("keeps what it was not told, unless something else is typed", () => {
    expect(readForm(FORM, { url: "postgresql://db/x" }, ["password"], String).keeps).toEqual(["password"]);
    expect(readForm(FORM, { password: "${env:PW}" }, ["password"], String)).toEqual({ options: { password: "${env:PW}" }, keeps: [], secrets: {} });
  });

  it("says at the field what is wrong before anything is saved", () => {
    const [url, , limit] = FORM.fields;
    if (url === undefined || limit === undefined) throw new Error("the form has these");

    expect([optionProblem(url, "", false), optionProblem(url, "http://db", false), optionProblem(url, "postgresql://me:pw@db/x", false)]).not.toContain(null);
    expect(optionProblem(url, "${env:URL}", false)).toBeNull();
    expect(optionProblem(url, "${URL}", false)).not.toBeNull();
    expect(optionProblem(url, "", true)).toBeNull();
    expect(optionProblem(limit, "0", false)).not.toBeNull();
    expect(optionProblem(limit, "12", false)).toBeNull();
  });
});
