import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { unreachable } from "../model/unreachable";
import { route } from "../state/navigation";
import { dismiss, notices } from "../state/notices";
import { session } from "../state/session";
import type { World } from "../state/world";
import { Empty } from "../ui/Note";
import { Toasts } from "../ui/Toasts";
import { useStore } from "../ui/useStore";
import { Overlays } from "./commands/Overlays";
import { ConnectionBar } from "./ConnectionBar";
import { Link } from "./Link";
import { ProjectPage } from "./ProjectPage";
import { ProjectsPage } from "./ProjectsPage";
import { SignedOut } from "./SignedOut";
import { useArrival } from "./useArrival";
import { Waiting } from "./Waiting";
import { PipelinePage } from "./workbench/PipelinePage";
import "./pages.css";

export function App({ world }: { readonly world: World }) {
  const { status } = useStore(session);
  const toasts = useStore(notices);
  useEffect(() => {
    if (status === "signed-in") world.live.start();
  }, [status, world]);
  useArrival();
  return (
    <QueryClientProvider client={world.queries}>
      <Shown world={world} />
      {status === "signed-in" ? <Overlays world={world} /> : null}
      <Toasts toasts={toasts} onDismiss={dismiss} />
    </QueryClientProvider>
  );
}

const RunsPage = lazy(async () => ({ default: (await import("./runs/RunsPage")).RunsPage }));
const RunPage = lazy(async () => ({ default: (await import("./runs/RunPage")).RunPage }));

const ConnectionsPage = lazy(async () => ({ default: (await import("./connections/ConnectionsPage")).ConnectionsPage }));
const FilesPage = lazy(async () => ({ default: (await import("./files/FilesPage")).FilesPage }));

function Later({ page }: { readonly page: ReactNode }) {
  return <Suspense fallback={<Waiting page="project" />}>{page}</Suspense>;
}

function Shown({ world }: { readonly world: World }) {
  const now = useStore(session);
  switch (now.status) {
    case "signing-in":
      return <Waiting page={route.get().page === "pipeline" ? "pipeline" : "project"} />;
    case "signed-out":
      return <SignedOut why={now.why} client={world.client} />;
    case "signed-in":
      return (
        <>
          <ConnectionBar live={world.live} />
          <Page world={world} />
        </>
      );
    default:
      return unreachable(now);
  }
}

function Page({ world }: { readonly world: World }) {
  const shown = useStore(route);
  switch (shown.page) {
    case "projects":
      return <ProjectsPage world={world} />;
    case "project":
      return <ProjectPage key={shown.project} world={world} project={shown.project} />;
    case "pipeline":
      return <PipelinePage key={`${shown.project}/${shown.pipeline}`} world={world} project={shown.project} pipeline={shown.pipeline} run={shown.run} />;
    case "runs":
      return <Later page={<RunsPage key={`${shown.project}/${shown.pipeline ?? ""}`} world={world} project={shown.project} pipeline={shown.pipeline} />} />;
    case "run":
      return <Later page={<RunPage key={shown.run} world={world} project={shown.project} run={shown.run} />} />;
    case "connections":
      return <Later page={<ConnectionsPage key={shown.project} world={world} project={shown.project} />} />;
    case "files":
      return <Later page={<FilesPage key={shown.project} world={world} project={shown.project} />} />;
    case "unknown":
      return (
        <main className="plain-page">
          <Empty title="There is no such page">
            <p>Nothing is found at {shown.path}.</p>
            <Link to="/">All projects</Link>
          </Empty>
        </main>
      );
    default:
      return unreachable(shown);
  }
}
