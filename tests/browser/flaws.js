// What can be told of a screen without eyes: a function that lists what is cut off, overlaps or leaves the window.
() => {
  const flaws = [];
  const root = document.documentElement;
  const isDialogOpen = document.querySelector("dialog[open]") !== null;
  const words = (element) => `"${element.textContent.trim().slice(0, 40)}" (${element.className})`;

  if (root.scrollWidth > root.clientWidth) flaws.push(`the page is ${root.scrollWidth} wide in ${root.clientWidth}`);

  const bar = document.querySelector("header.top-bar");
  if (bar !== null && !isDialogOpen) {
    const edge = bar.getBoundingClientRect();
    for (let x = 4; x < edge.width; x += 12) {
      const found = document.elementFromPoint(x, edge.bottom - 3);
      if (found !== null && !bar.contains(found)) flaws.push(`${words(found)} lies over the top bar`);
    }
    const parts = [...bar.children].map((part) => [part, part.getBoundingClientRect()]).filter(([, box]) => box.width > 0);
    parts.slice(1).forEach(([part, box], index) => {
      if (box.left < parts[index][1].right - 1) flaws.push(`${words(part)} runs into what is before it`);
    });
    if (bar.scrollWidth > bar.clientWidth) flaws.push("the top bar is too full");
  }

  for (const link of document.querySelectorAll(".run-row a, .pipeline-name")) {
    const isCut = link.scrollWidth > link.clientWidth + 1;
    if (isCut && link.clientWidth < 96) flaws.push(`of ${words(link)} hardly anything is left`);
  }

  const texts = "button, .state, .tab, .node-shape, .card-facts, h1, h2, label, legend, dt";
  for (const element of document.querySelectorAll(texts)) {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const isShown = box.width > 1 && box.height > 1 && element.checkVisibility({ visibilityProperty: true });
    const isBounded = element.closest(".grid, .visually-hidden, .react-flow__minimap") !== null;
    if (!isShown || isBounded || style.textOverflow === "ellipsis") continue;
    const isCut = style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
    if (isCut && style.display !== "inline") flaws.push(`${words(element)} is cut`);
    const mayLeave = element.closest(".notebook, .react-flow, .params") !== null;
    if (!isDialogOpen && !mayLeave && box.right > innerWidth + 1) flaws.push(`${words(element)} leaves the window`);
  }
  return flaws;
};
