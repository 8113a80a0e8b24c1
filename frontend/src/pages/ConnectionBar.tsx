import { useEffect, useState } from "react";
import { tell } from "../state/notices";
import type { Live } from "../state/live";
import type { Socket } from "../state/socket";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { useStore } from "../ui/useStore";

const PATIENCE_MS = 900;

function isLost(socket: Socket): boolean {
  return socket.status === "lost" || ((socket.status === "opening" || socket.status === "greeting") && socket.tries > 0);
}

/** Says that the connection is lost, once it has been for a moment, and that it is there again. */
export function ConnectionBar({ live }: { readonly live: Live }) {
  return isLost(useStore(live.state)) ? <LostBar live={live} /> : null;
}

function LostBar({ live }: { readonly live: Live }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    let wasShown = false;
    const timer = setTimeout(() => {
      wasShown = true;
      setShown(true);
    }, PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      if (wasShown && live.state.get().status === "open") tell("Connected again");
    };
  }, [live]);
  if (!isShown) return null;
  return (
    <div className="lost-bar" role="alert">
      <Icon name="offline" />
      <span>
        <strong>Connection lost.</strong> Trying again; what you type is kept.
      </span>
      <Button look="quiet" onClick={() => live.retryNow()}>
        Try now
      </Button>
    </div>
  );
}
