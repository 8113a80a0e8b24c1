import { useEffect, useLayoutEffect, useState } from "react";
import { after, TOUR, wordsOf } from "../../model/tour";
import { isMac } from "../../state/machine";
import { tour } from "../../state/preferences";
import { Button, IconButton } from "../../ui/Button";
import { useStore } from "../../ui/useStore";
import "./tour.css";

/** The first minute, for those who are here for the first time: a card at the edge that is in nobody's way. */
export function Tour() {
  return useStore(tour) === "" ? <Steps /> : null;
}

interface Ring {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function Steps() {
  const [at, setAt] = useState(0);
  const step = TOUR[at];
  const ring = useRing(step?.at ?? "");
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isInside = event.target instanceof HTMLElement && event.target.closest(".tour") !== null;
      if (event.key === "Escape" && isInside) end();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
  if (step === undefined) return null;
  const next = after(at);
  return (
    <>
      {ring === null ? null : <span className="tour-ring" style={ring} aria-hidden="true" />}
      <section className="tour" aria-label="Tour">
        <div role="status">
          <p className="tour-step muted">
            {at + 1} of {TOUR.length}
          </p>
          <h2>{step.title}</h2>
          <p>{wordsOf(step, isMac)}</p>
        </div>
        <div className="tour-foot">
          <Button look="quiet" onClick={end}>
            Skip the tour
          </Button>
          <Button look="primary" onClick={() => (next === null ? end() : setAt(next))}>
            {next === null ? "Done" : "Next"}
          </Button>
        </div>
        <IconButton name="Close the tour" icon="close" className="tour-close" onClick={end} />
      </section>
    </>
  );
}

function end(): void {
  tour.set("taken");
}

/** Where on the screen the step's thing is, as long as it is there. */
function useRing(selector: string): Ring | null {
  const [ring, setRing] = useState<Ring | null>(null);
  useLayoutEffect(() => {
    const look = () => {
      const box = document.querySelector(selector)?.getBoundingClientRect();
      setRing(box === undefined || box.width === 0 ? null : clipped(box));
    };
    look();
    const timer = setInterval(look, 400);
    addEventListener("resize", look);
    return () => {
      clearInterval(timer);
      removeEventListener("resize", look);
    };
  }, [selector]);
  return ring;
}

const AROUND = 3;

function clipped(box: DOMRect): Ring {
  const left = Math.max(AROUND, box.left - AROUND);
  const top = Math.max(AROUND, box.top - AROUND);
  return { left, top, width: Math.min(innerWidth - AROUND, box.right + AROUND) - left, height: Math.min(innerHeight - AROUND, box.bottom + AROUND) - top };
}
