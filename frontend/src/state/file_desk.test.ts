import { QueryClient } from "@tanstack/query-core";
import { expect, test } from "vitest";
import { Client } from "../wire/client";
import type { FileEdit } from "../wire/files";
import { Drafts } from "./drafts";
import { FileDesk } from "./file_desk";

test("undo asked for twice takes back two steps, one after the other, and none of them twice", async () => {
  const client = new Client(() => null);
  const desk = new FileDesk(client, new QueryClient(), new Drafts(client, "shop"), "shop");
  const asked: FileEdit[] = [];
  desk.files.edit = async (edit) => {
    asked.push(edit);
    await Promise.resolve();
    return { undo: { op: "make_folder", path: "back" }, pipelines: [] };
  };
  const made = (path: string) => ({ label: path, edits: [{ op: "delete", path } as const] });
  desk.history.set({ past: [made("first"), made("second")], future: [] });

  await Promise.all([desk.undo(), desk.undo(), desk.undo()]);

  expect(asked.map((edit) => "path" in edit && edit.path)).toEqual(["second", "first"]);
  expect(desk.history.get().past).toEqual([]);
});
