#!/bin/sh
# Find Chromium, or install it from the system's packages; the browser tests drive it.
set -eu

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then
        exit 0
    fi
done

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests…" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends chromium fonts-noto-core >/dev/null
    exit 0
fi

echo "The browser tests need Chromium or Chrome, and none was found." >&2
echo "Install it with your system's packages, for example: sudo apt-get install chromium" >&2
exit 1
