/** Save a picture as it is seen, by itself: its colours and letters are written into it. */
export function saveSvg(svg: SVGSVGElement | null, name: string): void {
  if (svg === null) return;
  save(new Blob([standing(svg)], { type: "image/svg+xml" }), `${fileName(name)}.svg`);
}

const SCALE = 2;

export async function savePng(svg: SVGSVGElement | null, name: string): Promise<void> {
  if (svg === null) return;
  const { width, height } = svg.getBoundingClientRect();
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standing(svg))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * SCALE;
  canvas.height = height * SCALE;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob !== null) save(blob, `${fileName(name)}.png`);
}

const KEPT = ["fill", "stroke", "font-family", "font-size", "font-variant", "text-anchor", "color"];

/** The picture's text with what the page's styles give it, on the page's ground. */
function standing(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true);
  if (!(copy instanceof SVGSVGElement)) return "";
  const originals = [svg, ...svg.querySelectorAll("*")];
  for (const [place, element] of [copy, ...copy.querySelectorAll("*")].entries()) {
    const original = originals[place];
    if (original === undefined) continue;
    const style = getComputedStyle(original);
    for (const property of KEPT) element.setAttribute(property, style.getPropertyValue(property));
  }
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", getComputedStyle(svg).getPropertyValue("--plot-background"));
  copy.prepend(ground);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return new XMLSerializer().serializeToString(copy);
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}]+/gu, "_").slice(0, 80);
}
