import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { tokenOf } from "./model/route";
import { App } from "./pages/App";
import { followAddress } from "./state/navigation";
import { followPreferences } from "./state/preferences";
import { beginSession } from "./state/session";
import { World } from "./state/world";
import "./ui/tokens.css";
import "./ui/base.css";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

const world = new World();
followPreferences();
followAddress();
void beginSession(world.client);
// A start link that is pasted where the page is open already changes the fragment and loads nothing.
globalThis.addEventListener("hashchange", () => {
  if (tokenOf(location.hash) !== null) void beginSession(world.client);
});
createRoot(root).render(
  <StrictMode>
    <App world={world} />
  </StrictMode>,
);
