import { describe, expect, it } from "vitest";
import { described, richView, typeName } from "./rich";

describe("a rich output", () => {
  const document = {
    content: {
      "text/html": "<script>alert(1)</script>",
      "image/svg+xml": "<svg onload='alert(1)'/>",
      "image/png": "aGk=\n",
      "text/markdown": "# <b>One</b>",
      "application/vnd.plotly.v1+json": { data: [] },
    },
  };

  it("shows pages and drawings as pages, which go into the sandbox", () => {
    expect(richView(document, "text/html")).toEqual({ status: "page", html: "<script>alert(1)</script>" });
    expect(richView(document, "image/svg+xml")?.status).toBe("page");
  });

  it("shows pictures as pictures, and all else as text or as a tree", () => {
    expect(richView(document, "image/png")).toEqual({ status: "image", source: "data:image/png;base64,aGk=" });
    expect(richView(document, "text/markdown")).toEqual({ status: "text", text: "# <b>One</b>" });
    expect(richView(document, "application/vnd.plotly.v1+json")).toEqual({ status: "tree", value: { data: [] } });
  });

  it("shows nothing where there is nothing", () => {
    expect(richView(document, "text/latex")).toBeNull();
    expect(richView("no document", "text/html")).toBeNull();
  });

  it("names types in plain words", () => {
    expect(["image/png", "application/vnd.vegalite.v6+json"].map(typeName)).toEqual(["Picture", "vegalite.v6"]);
  });
});

describe("an object", () => {
  it("is its class with its parts, or its text", () => {
    expect(described({ type: "set", value: [1] })).toEqual({ type: "set", shown: { status: "tree", value: [1] } });
    expect(described({ type: "lib.Model", text: "Model()" })).toEqual({ type: "lib.Model", shown: { status: "text", text: "Model()" } });
    expect(described(null)).toEqual({ type: "object", shown: { status: "text", text: "" } });
  });
});
