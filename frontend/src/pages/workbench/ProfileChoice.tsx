import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { projectQuery } from "../../state/queries";
import { Icon } from "../../ui/Icon";
import { useStore } from "../../ui/useStore";
import { useBench } from "./bench";

/** With whose connections the pipeline is looked at and run; not there where the project has but one profile. */
export function ProfileChoice() {
  const { world, project, workbench } = useBench();
  const { data } = useQuery(projectQuery(world.client, project));
  const chosen = useStore(workbench.profile);
  const isGone = data !== undefined && chosen !== "" && !data.profiles.includes(chosen);
  useEffect(() => {
    if (isGone) workbench.chooseProfile("");
  }, [isGone, workbench]);
  if (data === undefined || data.profiles.length < 2) return null;
  return (
    <label className={chosen === "" || chosen === data.profile ? "profile" : "profile is-changed"} title="Profile: the connections that runs use">
      <Icon name="database" />
      <select
        aria-label="Profile"
        value={chosen === "" ? data.profile : chosen}
        onChange={(event) => workbench.chooseProfile(event.target.value === data.profile ? "" : event.target.value)}
      >
        {data.profiles.map((profile) => (
          <option key={profile} value={profile}>
            {profile}
          </option>
        ))}
      </select>
    </label>
  );
}
