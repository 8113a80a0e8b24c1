"""What travels between server and browser: the only place where the wire's types are written.

The OpenAPI document is generated from these, and the front end's types from the document.
Units: times are seconds since the epoch, sizes bytes, durations seconds.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from flowstone.model.alerts import AlertKind
from flowstone.model.block import BlockKind, Language
from flowstone.model.chart import Aggregate, Bucket, Mark
from flowstone.model.columns import Family
from flowstone.model.drawing import MAX_COORDINATE, GroupColor
from flowstone.model.firing import FiringState, LetterState
from flowstone.model.freshness import Freshness, PartKind
from flowstone.model.output import OutputKind
from flowstone.model.pipeline import ParamType
from flowstone.model.rules import Backoff, OnFailure
from flowstone.model.run import BlockState, RunState
from flowstone.model.schedule import CatchUp, Overlap

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
RunKey = Annotated[str, Field(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}$")]


class Wire(BaseModel):
    """A value on the wire: no field that is not written here, and none changed once made."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        # Each type is built when it is first used, not at import: a server answers 0.1 s earlier.
        defer_build=True,
        # What the server sends is always there, defaults too: the front end need not ask.
        json_schema_serialization_defaults_required=True,
    )


# --- Errors ---------------------------------------------------------------------------------------


class ErrorBody(Wire):
    """What went wrong, for a program and for a person."""

    code: str
    message: str
    details: dict[str, Any] = {}
    hint: str = ""


class ErrorReply(Wire):
    """The one shape of an error."""

    error: ErrorBody


class ProblemView(Wire):
    """One thing that is wrong with a file of the project. Lines and columns count from 1."""

    file: str
    line: int | None
    column: int | None
    code: str
    message: str
    hint: str
    is_warning: bool = False


# --- Signing in -----------------------------------------------------------------------------------


class SignIn(Wire):
    """The one-time token of a start-up link, or the password of a server that has one."""

    token: Annotated[str, Field(max_length=200)] | None = None
    password: Annotated[str, Field(max_length=1_000)] | None = None


class SignedIn(Wire):
    """The key that each request sends as `X-Flowstone-Key`, beside the session's cookie."""

    key: str


class LinkToken(Wire):
    """A fresh token: the server's address with `#token=` and this is a start link, good once, for ten minutes."""

    token: str


class Health(Wire):
    """That the server is there."""

    status: Literal["ok"] = "ok"
    version: str


# --- Runs, outputs, freshness ---------------------------------------------------------------------


class ColumnView(Wire):
    """A column of a stored table: its name for people, the key that is its alone, and its Arrow type."""

    name: str
    key: str
    type: str
    family: Family
    is_index: bool
    """Whether it is a level of a pandas index, which is not counted among the columns."""


class OutputView(Wire):
    """A stored output, named by the hash of its content."""

    name: str
    kind: OutputKind
    hash: str
    size_bytes: int
    rows: int | None
    columns: list[ColumnView]
    warnings: list[str]
    type: str | None
    """The class of what the next block is given, when that is not what is shown: a worker's pickle."""
    content_types: list[str]
    """What a rich output can be shown as, the best one first."""


class ReceiptView(Wire):
    """What an exporter's write did."""

    target: str
    action: str
    rows: int | None
    size_bytes: int | None
    seconds: float
    job_ids: list[str]
    generations: dict[str, int]
    facts: dict[str, Any]


class CheckView(Wire):
    """What a check said of an output."""

    name: str
    passed: bool
    message: str


class FrameView(Wire):
    """A frame of a traceback, of user code only."""

    file: str
    line: int
    column: int | None
    function: str
    text: str


class FailureView(Wire):
    """Why a block failed."""

    code: str
    message: str
    hint: str
    exception: str
    frames: list[FrameView]


class UsageView(Wire):
    """What a block's last attempt took of the machine, all its processes together."""

    cpu_s: float
    peak_memory_bytes: int | None
    rows: int | None
    bytes: int | None


class TryView(Wire):
    """An attempt that did not last."""

    attempt: int
    state: BlockState
    started_at: float | None
    ended_at: float | None
    failure: FailureView | None
    because: str = ""
    """Why it came to nothing, where that is no failure of its own."""


class ItemView(Wire):
    """Which item of a mapped block something is; `label` says it in a few words."""

    index: int
    label: str


class BlockRunView(Wire):
    """One block's part of a run."""

    id: str
    state: BlockState
    attempt: int
    started_at: float | None
    ended_at: float | None
    outputs: list[OutputView]
    receipts: list[ReceiptView]
    checks: list[CheckView]
    failure: FailureView | None
    because: str
    fingerprint: str | None
    """What an attempt that failed depended on; where today's FreshnessView has another, something changed since."""
    usage: UsageView | None = None
    """None while it runs, and of a reused output."""
    earlier: list[TryView] = []
    """The attempts before this one, oldest first."""
    item: ItemView | None = None
    """What it runs for, if it is an item of a mapped block: that block's id stands before the hyphen of its own."""


class PauseView(Wire):
    """A time in which nobody drove a run: between its end and its being taken up again."""

    began_at: float
    ended_at: float


class RunSummary(Wire):
    """A run in a list."""

    id: str
    pipeline: str
    state: RunState
    trigger: str
    profile: str
    started_at: float
    ended_at: float | None
    logical_date: str | None = None
    """The moment that a scheduled run stands for, in ISO 8601; None for the others."""
    is_pinned: bool = False
    """Whether it is kept whatever the project's limits say."""
    has_outputs: bool = True
    """Whether its outputs are kept, and not let go for want of room."""
    pauses: list[PauseView] = []
    """When it lay still before it was resumed, oldest first."""
    seconds: float | None = None
    """How long it was driven, its pauses left out; None while it goes on."""


class KeepRun(Wire):
    """Keep a run whatever the project's limits say, or no longer."""

    is_pinned: bool


class RunView(RunSummary):
    """A run with its blocks."""

    snapshot: str = ""
    """Names the code that it uses; empty while it has only just begun."""
    params: dict[str, Any]
    blocks: list[BlockRunView]


class RunPage(Wire):
    """Runs, newest first; `next` asks for the page after this one, None at the end."""

    runs: list[RunSummary]
    next: str | None


class FiringView(Wire):
    """What became of a tick of a schedule, or of several that were skipped together, from `first_at` to `at`."""

    at: float
    first_at: float
    ticks: int
    state: FiringState
    reason: str
    run: str | None


class AlertView(Wire):
    """An alert to one receiver. `why` is what kept the last attempt from arriving."""

    run: str
    kind: AlertKind
    state: LetterState
    attempts: int
    why: str
    title: str


class ScheduleView(Wire):
    """When a pipeline's runs start by themselves. `next` is empty while none will.

    `is_trusted` is false until somebody has run the project here: until then nothing starts.
    """

    pipeline: str
    words: str
    cron: str | None
    timezone: str | None
    catch_up: CatchUp
    overlap: Overlap
    params: dict[str, Any]
    profile: str | None
    is_enabled: bool
    is_paused: bool
    is_failing: bool
    is_trusted: bool
    next: list[float]
    recent: list[FiringView]
    alerts: list[AlertView]


class ReasonView(Wire):
    """One thing that makes an output stale, for programs and, in `sentence`, for people."""

    kind: PartKind
    what: str
    was: str | None
    now: str | None
    sentence: str


class ForecastView(Wire):
    """What a block usually takes. Memory is what it takes beyond what its process held before."""

    seconds: float
    peak_memory_bytes: int | None
    runs: int
    """How many runs say so."""


class FreshnessView(Wire):
    """Whether a block's output still counts, and its newest one whether it does or not."""

    id: str
    freshness: Freshness
    reasons: list[ReasonView]
    outputs: list[OutputView]
    receipts: list[ReceiptView]
    checks: list[CheckView]
    run: str | None
    """The run that made it."""
    made_at: float | None
    seconds: float | None
    """How long it took to make."""
    fingerprint: str | None
    """What the block depends on today; None while it cannot run as it stands."""
    usual: ForecastView | None = None
    """What its next run will probably take; None until one was measured."""


class StartRun(Wire):
    """Start a run. `blocks` empty is the whole pipeline; see `reuse` for what may be taken from store."""

    blocks: list[Id] = []
    only: bool = False
    downstream: bool = False
    reuse: Literal["editor", "pure", "never"] = "editor"
    params: dict[str, Any] = {}
    profile: str | None = None
    run: RunKey | None = None


class RunStarted(Wire):
    """The run that a request started, or had started already."""

    run: str


class LogLine(Wire):
    """A line that a block printed or logged; `seq` orders the lines of a block's run."""

    seq: int
    at: float
    stream: Literal["stdout", "stderr", "flowstone"]
    text: str


class LogPage(Wire):
    """Lines from `after` on; `dropped` counts those that a bound took away."""

    lines: list[LogLine]
    dropped: int
    next: int


# --- Projects and pipelines -----------------------------------------------------------------------


class ConnectionView(Wire):
    """A connection of the profile, without its secrets."""

    name: str
    type: str
    summary: str


class PipelineSummary(Wire):
    """A pipeline in a project's list."""

    id: str
    description: str
    block_count: int | None
    """None where the pipeline's file was not read: it has problems, or the project has very many pipelines."""
    problems: list[ProblemView]
    last_runs: list[RunSummary]


class ProjectSummary(Wire):
    """A project that this server has open."""

    id: str
    name: str
    root: str


class ProjectView(ProjectSummary):
    """A project's page."""

    description: str
    profile: str
    profiles: list[str]
    pipelines: list[PipelineSummary]
    connections: list[ConnectionView]
    recent_runs: list[RunSummary]
    problems: list[ProblemView]


class PipelineParamView(Wire):
    """A param of the pipeline, for its form."""

    name: str
    type: ParamType
    default: Any
    choices: list[Any]
    description: str
    required: bool


class BlockParamView(Wire):
    """A param of a block: what its form shows and where its value comes from."""

    name: str
    type: ParamType
    annotation: str
    required: bool
    nullable: bool
    choices: list[Any]
    default: Any
    default_text: str
    value: Any
    origin: Literal["block", "pipeline", "default", "missing"]


class InputView(Wire):
    """An argument of the block function and the upstream that feeds it, if one does."""

    parameter: str
    annotation: str
    upstream: str | None


ChartColumn = Annotated[str, Field(max_length=10_000)]


class ChartSpec(Wire):
    """What is drawn of which columns, named by their keys; an empty one is none."""

    mark: Mark
    x: ChartColumn
    y: ChartColumn
    colour: ChartColumn
    value: ChartColumn
    """What a heatmap aggregates."""
    aggregate: Aggregate
    bucket: Bucket
    title: Annotated[str, Field(max_length=200)]
    output: Annotated[str, Field(max_length=200)]
    """The name of the output that is drawn; empty is the first."""


class BlockView(Wire):
    """A block: its entry in the pipeline and what its file says. How it is doing comes apart, as freshness and runs."""

    id: str
    file: str
    file_etag: str | None
    kind: BlockKind
    language: Language
    title: str
    description: str
    upstream: list[str]
    inputs: list[InputView]
    params: list[BlockParamView]
    own_params: dict[str, Any]
    """What the block's entry sets, also what its function does not take: an edit of params gives all of them."""
    connections: list[str]
    checks: list[str]
    attempts: int
    delay_s: float
    timeout_s: float | None
    engine: str
    problems: list[ProblemView]
    backoff: Backoff = Backoff.CONSTANT
    jitter: float = 0.0
    only_on: list[str] = []
    """Exception classes on which it is tried again; empty is on any."""
    on_failure: OnFailure = OnFailure.SKIP
    when: str = ""
    map: str = ""
    """What it is mapped over, in words; empty is not."""
    uses: dict[str, int] = {}
    memory_bytes: int | None = None
    is_isolated: bool = False
    charts: list[ChartSpec] = []


class Point(Wire):
    """Where a node's top left corner is. Units: pixels at zoom 1, to the right and down."""

    x: Annotated[int, Field(ge=-MAX_COORDINATE, le=MAX_COORDINATE)]
    y: Annotated[int, Field(ge=-MAX_COORDINATE, le=MAX_COORDINATE)]


class GroupView(Wire):
    """A named frame around blocks; collapsed, it is drawn as one node, at `at` if people put it there."""

    id: str
    title: str
    color: GroupColor
    blocks: list[str]
    is_collapsed: bool
    at: Point | None


class PipelineView(Wire):
    """A pipeline's page. `etag` is that of its YAML, for If-Match."""

    id: str
    description: str
    file: str
    etag: str
    params: list[PipelineParamView]
    blocks: list[BlockView]
    problems: list[ProblemView]
    groups: list[GroupView] = []
    layout: dict[str, Point] = {}
    """Where people put blocks; the others are laid out around them."""


class PipelineStatus(Wire):
    """How a pipeline stands for a profile and params: its blocks, the run that goes on and the newest that ended."""

    pipeline: str
    problem: ErrorBody | None
    """Why nothing can run with that profile, such as a variable that is not set."""
    blocks: list[FreshnessView]
    active_run: RunView | None
    last_run: RunView | None
    last_attempts: list[RunView]
    """The runs that say how each block did last, newest first, each with just those blocks."""


class NewPipeline(Wire):
    """Begin an empty pipeline."""

    id: Id
    description: Annotated[str, Field(max_length=2_000)] = ""


# --- Files and the library ------------------------------------------------------------------------


class FileEntry(Wire):
    """A file of the project's tree."""

    path: str
    size_bytes: int
    is_editable: bool


class FileList(Wire):
    """The project's files in order of path; `truncated` when there were more than the bound."""

    files: list[FileEntry]
    truncated: bool


class FileView(Wire):
    """A text file and the ETag to save it with."""

    path: str
    text: str
    etag: str


class SaveFile(Wire):
    """A file's new text. Bound: 2 MiB of UTF-8."""

    text: Annotated[str, Field(max_length=2_097_152)]


class FileSaved(Wire):
    """The ETag of what was saved."""

    path: str
    etag: str


class LibraryParam(Wire):
    """A param of a library block."""

    name: str
    type: ParamType
    annotation: str
    required: bool
    default: Any
    default_text: str
    choices: list[Any]


class LibraryBlock(Wire):
    """A ready-made block; adding it copies its text into the project."""

    id: str
    kind: BlockKind
    language: Language
    title: str
    description: str
    text: str
    params: list[LibraryParam]


class Library(Wire):
    """All ready-made blocks."""

    blocks: list[LibraryBlock]


# --- The socket -----------------------------------------------------------------------------------


class Hello(Wire):
    """A client's first message: its key, and the last number it saw in that server's epoch."""

    op: Literal["hello"]
    key: Annotated[str, Field(max_length=200)]
    epoch: Annotated[str, Field(max_length=64)] | None = None
    since: int | None = None


class Subscribe(Wire):
    """Ask for a topic's messages: `project:ID`, or `logs:PROJECT/RUN`."""

    op: Literal["subscribe"]
    topics: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=100)]


class Unsubscribe(Wire):
    """Ask for a topic's messages no longer."""

    op: Literal["unsubscribe"]
    topics: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=100)]


class Ping(Wire):
    """Ask for a pong."""

    op: Literal["ping"]


ClientMessage = Annotated[Hello | Subscribe | Unsubscribe | Ping, Field(discriminator="op")]


class Welcome(Wire):
    """The answer to hello. With `resumed` false the client must fetch what it shows anew."""

    type: Literal["welcome"] = "welcome"
    epoch: str
    seq: int
    resumed: bool


class Pong(Wire):
    """The answer to ping."""

    type: Literal["pong"] = "pong"


class SocketError(Wire):
    """A message that could not be understood; the socket stays open."""

    type: Literal["error"] = "error"
    error: ErrorBody


class PipelineChanged(Wire):
    """A pipeline's YAML or a block file of it changed, in the browser or on disk."""

    type: Literal["pipeline_changed"] = "pipeline_changed"
    project: str
    pipeline: str
    etag: str | None
    """None when the pipeline is gone."""


class FileChanged(Wire):
    """A file changed, in the browser or on disk; `etag` None when it is gone."""

    type: Literal["file_changed"] = "file_changed"
    project: str
    path: str
    etag: str | None


class StatusChanged(Wire):
    """Freshness of a pipeline's blocks may have changed: ask for its status again, with one's own profile and params.

    It carries no freshness, for that differs with both: windows with different params would overwrite each other's.
    """

    type: Literal["status_changed"] = "status_changed"
    project: str
    pipeline: str


class ScheduleChanged(Wire):
    """A pipeline's schedule fired, or was paused or resumed: ask for it again."""

    type: Literal["schedule_changed"] = "schedule_changed"
    project: str
    pipeline: str


class RunChanged(Wire):
    """A run started, or ended, or its state changed."""

    type: Literal["run_changed"] = "run_changed"
    project: str
    run: RunView


class BlockRunChanged(Wire):
    """A block's part of a run changed."""

    type: Literal["block_changed"] = "block_changed"
    project: str
    pipeline: str
    run: str
    block: BlockRunView


class ProgressChanged(Wire):
    """How far a running block says it is."""

    type: Literal["progress"] = "progress"
    project: str
    pipeline: str
    run: str
    block: str
    done: int
    total: int | None


class LogAppended(Wire):
    """Lines that a block printed."""

    type: Literal["log"] = "log"
    project: str
    run: str
    block: str
    lines: list[LogLine]


Happening = Annotated[
    PipelineChanged
    | FileChanged
    | StatusChanged
    | ScheduleChanged
    | RunChanged
    | BlockRunChanged
    | ProgressChanged
    | LogAppended,
    Field(discriminator="type"),
]


class ServerMessage(Wire):
    """Something that happened on a topic. `seq` counts up by one over all topics of a server's epoch."""

    type: Literal["message"] = "message"
    seq: int
    topic: str
    happening: Happening


SocketReply = Annotated[Welcome | Pong | SocketError | ServerMessage, Field(discriminator="type")]
"""Everything that a server sends over the socket."""
