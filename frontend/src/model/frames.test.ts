import { expect, test } from "vitest";
import { placeOf } from "./frames";

const blocks = [{ id: "daily", file: "daily.py" }, { id: "weekly", file: "daily.py" }, { id: "load", file: "load.py" }];
const [daily, weekly] = blocks;

test("a frame leads to the editor that holds its line, of the failed block first", () => {
  const place = (file: string) => placeOf({ file, line: 7 }, weekly ?? daily ?? { id: "", file: "" }, blocks);

  expect([place("daily.py"), place("load.py"), place("lib/fares.py")]).toEqual([{ block: "weekly", line: 7 }, { block: "load", line: 7 }, null]);
});
