"""Summaries and downloads of stored tables, as they are asked for over HTTP."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from tests.kit.fake_tables import KEPT
from tests.kit.web_client import WebClient
from tests.web.conftest import Benches, Clock

from flowstone.model.export import Export, ExportFormat
from flowstone.model.view import Condition, Filter, SortKey, Test, View
from flowstone.web.application import LAST_ANSWERS_S, Server

OUTPUT = f"/projects/demo/outputs/{KEPT}"
ASKED = {
    "format": "csv",
    "name": "../week 1/ünï",
    "view": {
        "filter": {"conditions": [{"column": "a", "test": "ge", "values": ["2"]}], "search": "x"},
        "sort": [{"column": "b", "descending": True}],
    },
}


async def fetch(client: WebClient, path: str, **headers: str) -> httpx.Response:
    """Follow a link as a browser does: with the cookie, and without the key."""
    cookie = client.credentials().get("Cookie", "")
    return await client.http.get(path, headers={"Cookie": cookie, "Sec-Fetch-Mode": "navigate", **headers})


async def test_a_filter_goes_with_the_window(client: WebClient, benches: Benches) -> None:
    """One value says what is looked at, wherever it is asked."""
    text = '{"conditions":[{"column":"a","test":"one_of","values":["1","2"]}],"expression":"b > 1"}'

    answer = await client.get(OUTPUT + "/rows", params={"filter": text})

    wanted = Filter((Condition("a", Test.ONE_OF, ("1", "2")),), "b > 1")
    assert answer.status_code == 200
    assert [window.view for window in benches.only.windows] == [View(wanted)]


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "[]",
        '{"search": 1}',
        '{"sort": []}',
        '{"conditions": [{"column": "a", "test": "drop"}]}',
        '{"search": "' + "x" * 1_001 + '"}',
    ],
    ids=range(6),
)
async def test_a_filter_that_is_none_is_refused(client: WebClient, text: str) -> None:
    """What strangers send is bounded before it is looked at."""
    assert (await client.get(OUTPUT + "/rows", params={"filter": text})).status_code == 400


async def test_columns_are_summed_up(client: WebClient, benches: Benches) -> None:
    """Names of columns are anybody's; figures and drawing come as they are."""
    answer = (await client.get(OUTPUT + "/summary", params={"columns": "a,b%2Cc"})).json()

    assert benches.only.tables.asked == [("a", "b,c")]
    assert [(one["column"], one["nulls"], one["histogram"]["counts"]) for one in answer["columns"]] == [
        ("a", 1, [1, 1])
    ]


async def test_a_download_is_a_link_for_the_session_that_asked(
    client: WebClient, server: Server, benches: Benches
) -> None:
    """A link carries no key; the ticket in it was given for one, and is good for nobody else."""
    prepared = (await client.post(OUTPUT + "/downloads", ASKED)).json()

    async with WebClient(server) as other:
        await other.sign_in()
        strangers = [await fetch(other, prepared["path"]), await client.http.get(prepared["path"])]
    foreign = await fetch(client, prepared["path"], **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"})
    found = await fetch(client, prepared["path"])

    assert (found.status_code, found.content) == (200, b"first,second")
    assert found.headers["Content-Disposition"].startswith('attachment; filename="_week 1_')
    assert (prepared["rows"], prepared["estimated_bytes"]) == (3, 12)
    assert [answer.status_code for answer in strangers] == [404, 401]
    assert foreign.status_code == 403
    wanted = View(Filter((Condition("a", Test.GE, ("2",)),), search="x"), (SortKey("b", descending=True),))
    assert benches.only.tables.exported == [Export(ExportFormat.CSV, wanted)]


async def test_a_ticket_ends(client: WebClient, clock: Clock) -> None:
    """An address that lies in a history for a year opens nothing."""
    prepared = (await client.post(OUTPUT + "/downloads", {"format": "parquet"})).json()
    clock.now += 601

    late, made_up = await fetch(client, prepared["path"]), await fetch(client, "/api/v1/downloads/" + "x" * 32)

    assert [late.status_code, made_up.status_code] == [404, 404]


async def test_a_download_that_breaks_off_is_no_whole_file(client: WebClient, benches: Benches) -> None:
    """Half a table that looks whole is the worst that can be downloaded."""
    prepared = (await client.post(OUTPUT + "/downloads", {"format": "csv"})).json()
    benches.only.tables.breaks = True

    with pytest.raises(httpx.RemoteProtocolError):
        await fetch(client, prepared["path"])

    async with asyncio.timeout(LAST_ANSWERS_S / 2):
        await client.server.site.answering.stop(within_s=LAST_ANSWERS_S)
