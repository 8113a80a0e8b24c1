const KEPT = new Set(["A", "B", "BLOCKQUOTE", "BR", "CODE", "DIV", "EM", "H1", "H2", "H3", "H4", "HR", "I", "LI", "OL", "P", "PRE", "SPAN", "STRONG", "TABLE", "TBODY", "TD", "TH", "THEAD", "TR", "UL"]);
const DROPPED = new Set(["SCRIPT", "STYLE", "IFRAME", "OBJECT", "EMBED", "TEMPLATE", "NOSCRIPT", "SVG", "MATH", "FORM"]);

/** HTML with nothing in it that acts: docstrings come from whatever code is imported. */
export function cleanHtml(html: string): string {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  clean(body);
  return body.innerHTML;
}

function clean(parent: Element): void {
  for (const child of [...parent.children]) {
    if (DROPPED.has(child.tagName.toUpperCase())) {
      child.remove();
      continue;
    }
    clean(child);
    if (KEPT.has(child.tagName)) bare(child);
    else child.replaceWith(...child.childNodes);
  }
}

/** An element with only the attributes that show something. */
function bare(element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    const isShown = name === "class" || (name === "href" && /^https?:\/\//u.test(value));
    if (!isShown) element.removeAttribute(name);
  }
  if (!element.hasAttribute("href")) return;
  element.setAttribute("target", "_blank");
  element.setAttribute("rel", "noreferrer");
}
