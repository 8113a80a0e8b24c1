const only = (room, allowed) => ({
  name: `${room}-only-knows-${allowed.join("-") || "itself"}`,
  severity: "error",
  from: { path: `^frontend/src/${room}/` },
  to: { path: "^frontend/src/", pathNot: `^frontend/src/(${[room, ...allowed].join("|")})/` },
});

module.exports = {
  forbidden: [
    only("model", ["wire"]),
    only("wire", []),
    only("state", ["model", "wire"]),
    only("ui", ["model", "wire"]),
    only("editor", ["ui", "state", "model", "wire"]),
    only("graph", ["ui", "state", "model", "wire"]),
    only("table", ["ui", "state", "model", "wire"]),
    only("pages", ["editor", "graph", "table", "ui", "state", "model", "wire"]),
    {
      name: "rules-need-no-view-library",
      severity: "error",
      from: { path: "^frontend/src/(model|wire|state)/" },
      to: { path: "node_modules/(react|react-dom|@xyflow|@codemirror|@tanstack/react-)" },
    },
    {
      name: "every-room-is-planned",
      severity: "error",
      from: {},
      to: { path: "^frontend/src/[^/]+/", pathNot: "^frontend/src/(model|wire|state|ui|editor|graph|table|pages)/" },
    },
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    { name: "no-orphans-resolved", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
  },
};
