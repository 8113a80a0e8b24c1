import { Logo } from "./Logo";

/** Where a page is about to be. `index.html` has the same, so that a load shows it before any script has run. */
export function Waiting({ page }: { readonly page: "pipeline" | "project" }) {
  return (
    <div className={`wait wait-${page}`} aria-busy="true">
      <Logo />
      <span className="wait-name" />
    </div>
  );
}
