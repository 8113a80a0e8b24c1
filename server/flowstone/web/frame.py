"""The empty page that shows an output's HTML: in a sandbox, of no origin, and with no way to the network.

It holds nothing of anybody's. The app puts it into a frame and sends it the HTML by a message. The HTML's scripts run,
for a figure is made of them, and see nothing but their own page: neither the app's cookies nor its API.
"""

from __future__ import annotations

from flowstone.web.pages import PageHandler

FRAME_PATH = "/frame"
FRAME_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; media-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-scripts"
)
FRAME = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Output</title>
<script>
addEventListener("message", ({ source, data }) => {
  if (source !== parent || typeof data !== "string") return;
  document.open();
  document.write(data);
  document.close();
});
parent.postMessage("flowstone-frame-ready", "*");
</script>
</html>
"""


class FrameHandler(PageHandler):
    """The page for HTML of outputs."""

    async def get(self) -> None:
        """Send the page; it is the same for everybody."""
        self.raise_refusal()
        self.set_header("Content-Security-Policy", FRAME_POLICY)
        self.set_header("X-Frame-Options", "SAMEORIGIN")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(FRAME)

    head = get
