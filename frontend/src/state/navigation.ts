import { type Route, routeOf } from "../model/route";
import { Store } from "./store";

export const route = new Store<Route>({ page: "projects" });

export function followAddress(): void {
  route.set(routeOf(location.pathname + location.search));
  globalThis.addEventListener("popstate", () => route.set(routeOf(location.pathname + location.search)));
}

export function goTo(path: string): void {
  history.pushState(null, "", path);
  route.set(routeOf(path));
}
