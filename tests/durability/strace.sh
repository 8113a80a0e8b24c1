#!/bin/sh
# Find strace, or install it from the system's packages; the durability tests record and kill with it.
set -eu

if command -v strace >/dev/null 2>&1; then
    exit 0
fi

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing strace for the durability tests…" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends strace >/dev/null
    exit 0
fi

echo "The durability tests need strace, and it was not found." >&2
echo "Install it with your system's packages, for example: sudo apt-get install strace" >&2
exit 1
