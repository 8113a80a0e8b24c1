import os
import time
from typing import Any, Literal

import httpx
import pandas as pd

from flowstone import Run, loader

BUSY = {408, 429, 500, 502, 503, 504}


@loader
def call_json_api(
    *,
    url: str = "https://api.github.com/orgs/apache/repos?per_page=50",
    rows_at: str = "",
    paging: Literal["none", "page", "offset", "cursor", "link"] = "link",
    page_param: str = "page",
    cursor_at: str = "next",
    max_pages: int = 3,
    token_variable: str = "",
    run: Run,
) -> pd.DataFrame:
    """Call an HTTP API that answers in JSON

    Fetches page after page, until one is empty, none is left or `max_pages` are there, and makes one table of them.
    `rows_at` says where in the answer the rows are, for example `result.items`; empty means the answer itself.

    `paging` says how the next page is asked for: `page` counts pages and `offset` counts rows in the query param
    `page_param`, from where `url` has it or from the start; `cursor` puts there what the answer holds at `cursor_at`,
    or goes there if it is an address; `link` follows the header `Link: <…>; rel="next"`.

    `token_variable` names the environment variable that holds a bearer token, if the API wants one. It is sent to the
    host of `url` alone.
    """
    headers = {"Authorization": f"Bearer {os.environ[token_variable]}"} if token_variable else {}
    rows: list[Any] = []
    address: httpx.URL | None = httpx.URL(url)
    with httpx.Client(headers=headers, follow_redirects=True, timeout=30) as client:
        for _ in run.progress(range(max_pages)):
            if address is None:
                break
            if token_variable and not is_same_service(address, httpx.URL(url)):
                raise ValueError(f"The next page is at {address.host}: the token is not sent there")
            reply = get(client, address)
            page = at(reply.json(), rows_at)
            page = page if isinstance(page, list) else [page] if page else []
            rows.extend(page)
            address = following(paging, address, reply, len(page), page_param, cursor_at) if page else None
    return pd.json_normalize(rows)


def get(client: httpx.Client, address: httpx.URL, *, attempts: int = 4) -> httpx.Response:
    """Fetch an address; wait and try again while the service is busy."""
    for attempt in range(attempts):
        reply = client.get(address)
        if reply.status_code not in BUSY or attempt == attempts - 1:
            break
        asked = reply.headers.get("Retry-After", "")
        time.sleep(min(float(asked), 60) if asked.isdigit() else 0.5 * 2**attempt)
    return reply.raise_for_status()


def is_same_service(one: httpx.URL, other: httpx.URL) -> bool:
    """Say whether two addresses are of one scheme, host and port."""
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def at(answer: Any, path: str) -> Any:
    """Follow a dotted path into an answer; None where it ends."""
    for key in path.split(".") if path else []:
        answer = answer.get(key) if isinstance(answer, dict) else None
    return answer


def following(
    paging: str, address: httpx.URL, reply: httpx.Response, count: int, page_param: str, cursor_at: str
) -> httpx.URL | None:
    """Return the next page's address; None after the last one."""
    match paging:
        case "page":
            return address.copy_set_param(page_param, int(address.params.get(page_param, 1)) + 1)
        case "offset":
            return address.copy_set_param(page_param, int(address.params.get(page_param, 0)) + count)
        case "cursor":
            cursor = at(reply.json(), cursor_at)
            is_address = str(cursor).startswith(("http://", "https://", "/"))
            return (
                address.join(cursor) if is_address else address.copy_set_param(page_param, cursor) if cursor else None
            )
        case "link":
            link = reply.links.get("next", {}).get("url")
            return address.join(link) if link else None
    return None
