// Generated from the server's OpenAPI document by `npm run wire`; not edited by hand.
export interface paths {
    readonly "/health": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Say that the server is there. */
        readonly get: operations["health"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/library": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the ready-made blocks. */
        readonly get: operations["read_library"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/links": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Make a one-time token for a start link; for commands on this machine, with the server's control key. */
        readonly post: operations["make_link"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/openapi.json": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** This document. */
        readonly get: operations["openapi"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the open projects. */
        readonly get: operations["list_projects"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show a project's page. */
        readonly get: operations["read_project"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/connections": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show the connections of every profile, the forms of their types, and which secrets there are. */
        readonly get: operations["read_connections"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/connections/plan": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Say how connections.yaml would read after an edit; it is saved as any file is. */
        readonly post: operations["plan_connection"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/connections/try": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Try a connection in a process of its own, and name what is missing. */
        readonly post: operations["try_connection"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/files": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the project's files. */
        readonly get: operations["list_files"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/files/{path}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read a text file. */
        readonly get: operations["read_file"];
        /** Save a text file, or with `If-None-Match: *` begin one. */
        readonly put: operations["save_file"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/format": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Format a Python text as it stands in an editor; nothing is saved. */
        readonly post: operations["format_code"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/git": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Say how the project stands to its Git repository. */
        readonly get: operations["read_git"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/git/commit": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show what a commit changed of the project. */
        readonly get: operations["read_commit"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/git/commits": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the commits that touched the project, newest first. */
        readonly get: operations["list_commits"];
        readonly put?: never;
        /** Commit what is staged. Hooks do not run. */
        readonly post: operations["make_commit"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/git/difference": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show what differs from the last commit, of one file or of all. */
        readonly get: operations["read_git_difference"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/git/init": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Make a repository in the project's folder. */
        readonly post: operations["make_repository"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/git/stage": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Take files into the next commit, or leave them out of it. */
        readonly post: operations["stage_files"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/git/switch": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Check a branch out, or begin a new one. */
        readonly post: operations["switch_branch"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/lint": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Say what is wrong in a text as it stands in an editor. */
        readonly post: operations["lint"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/notebooks": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Make a pipeline of a Jupyter notebook. */
        readonly post: operations["import_notebook"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/outputs/{hash}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Describe a stored output. */
        readonly get: operations["read_output"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/outputs/{hash}/chart": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Say what a chart of a table draws: its points, aggregated, at most a few thousand. */
        readonly post: operations["draw_chart"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/outputs/{hash}/difference/{before}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Say how a table differs from an earlier one: rows that came, went and changed, and in which columns. */
        readonly get: operations["read_difference"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/outputs/{hash}/difference/{before}/rows": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read a page of the rows in which two tables differ, as an Arrow IPC stream: their numbers `before` and `after`, and of each column `b`, `a` and `d` with its place: before, after, and whether they differ. */
        readonly get: operations["read_difference_rows"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/outputs/{hash}/downloads": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Make a download ready, and say how large it will be; its `path` is then a link for this session. */
        readonly post: operations["prepare_download"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/outputs/{hash}/rows": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read a window of a stored table as an Arrow IPC stream. */
        readonly get: operations["read_rows"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/outputs/{hash}/summary": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Say what some columns of a stored table hold: how many values, which, and how they lie. */
        readonly get: operations["read_summary"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/outputs/{hash}/value": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read a stored JSON value; of a rich output or an object, what is shown of it. */
        readonly get: operations["read_value"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/pictures/{path}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read a picture as it is. */
        readonly get: operations["read_picture"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/pipelines": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Begin an empty pipeline. */
        readonly post: operations["create_pipeline"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/pipelines/{pipeline}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show a pipeline: its blocks, params and problems. */
        readonly get: operations["read_pipeline"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/pipelines/{pipeline}/blocks/{block}/effect": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Try a block as it is saved, and what lies below it, on what is stored above: nothing is published. */
        readonly post: operations["try_block"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/pipelines/{pipeline}/blocks/{block}/outputs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List what a block gave in the runs of its pipeline, newest first. */
        readonly get: operations["list_past_outputs"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/pipelines/{pipeline}/changes": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Say which blocks differ from the last commit. */
        readonly get: operations["read_pipeline_changes"];
        readonly put?: never;
        /** Make a change of a pipeline's YAML and block files, or take it back, and leave what others changed since. */
        readonly post: operations["put_change"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/pipelines/{pipeline}/edits": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Edit a pipeline's YAML. Adding a block also writes the block's file. */
        readonly post: operations["edit_pipeline"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/pipelines/{pipeline}/fragment": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Give blocks as a text for the clipboard. */
        readonly get: operations["read_fragment"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/pipelines/{pipeline}/notebook": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Write a pipeline as a Jupyter notebook, with its fresh outputs; or one of its runs. */
        readonly get: operations["export_notebook"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/pipelines/{pipeline}/runs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Start a run. The same `run` twice starts one. */
        readonly post: operations["start_run"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/pipelines/{pipeline}/schedule/pause": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Let nothing of a pipeline start by itself. */
        readonly post: operations["pause_schedule"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/pipelines/{pipeline}/schedule/resume": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Let a paused schedule go on from now. */
        readonly post: operations["resume_schedule"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/pipelines/{pipeline}/source": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show a pipeline's YAML as it is on disk. */
        readonly get: operations["read_source"];
        /** Save a pipeline's YAML as text: also how an earlier one is put back. */
        readonly put: operations["save_source"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/pipelines/{pipeline}/status": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Say which outputs still count, and which run goes on. */
        readonly get: operations["read_status"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/previews/{path}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read a window of a Parquet, CSV or JSON file as an Arrow IPC stream of texts. */
        readonly get: operations["preview_file"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/runs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List runs, newest first. */
        readonly get: operations["list_runs"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/runs/{run}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show a run with its blocks. */
        readonly get: operations["read_run"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/runs/{run}/again": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Do what a run did once more, on today's code: its blocks, params and profile. */
        readonly post: operations["run_again"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/runs/{run}/blocks/{block}/logs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read what a block printed. */
        readonly get: operations["read_logs"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/runs/{run}/code": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Say what a run's code was. */
        readonly get: operations["read_code"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/runs/{run}/code/{path}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Show a file as it was in a run, and as it is now. */
        readonly get: operations["read_code_file"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/runs/{run}/keep": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Keep a run whatever the project's limits say, or no longer. */
        readonly post: operations["keep_run"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/runs/{run}/resume": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Take a run up again: what did not succeed, and what follows it. */
        readonly post: operations["resume_run"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/runs/{run}/stop": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Stop a run that goes on. */
        readonly post: operations["stop_run"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/sample": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Put the sample pipeline, its blocks and its data into a project that has no pipeline. */
        readonly post: operations["add_sample"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/schedules": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Say when pipelines run by themselves, and what became of the last times. */
        readonly get: operations["list_schedules"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/search": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Search in the names and the texts of the project's files. */
        readonly get: operations["search_files"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/secrets/{secret}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Keep a secret under a name; it is never given back. */
        readonly put: operations["write_secret"];
        readonly post?: never;
        /** Forget a secret. */
        readonly delete: operations["delete_secret"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/tree": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List files and folders. */
        readonly get: operations["read_tree"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/tree/deleted": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List what was deleted here and can be put back, the newest first. */
        readonly get: operations["list_deleted"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/tree/edits": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Move or delete a file or folder, make a folder, or put back what was deleted. */
        readonly post: operations["edit_files"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/projects/{project}/uploads/{path}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Bring a data file in: its content is the body, written to disk as it comes. */
        readonly put: operations["take_in"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/sign-in": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Turn a start link's one-time token into a session: a cookie, and a key to send as a header. */
        readonly post: operations["sign_in"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/sign-out": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** End the session, its sockets too. */
        readonly post: operations["sign_out"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AddBlockEdit
         * @description Add a block: a new file from the library's block `library`, or from the empty one of `kind`.
         */
        readonly AddBlockEdit: {
            /**
             * File
             * @default null
             */
            readonly file?: string | null;
            /** Id */
            readonly id: string;
            /** @default null */
            readonly kind?: components["schemas"]["BlockKind"] | null;
            /** @default python */
            readonly language?: components["schemas"]["Language"];
            /**
             * Library
             * @default null
             */
            readonly library?: string | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "add_block";
            /** Params */
            readonly params?: {
                readonly [key: string]: unknown;
            };
            /** Upstream */
            readonly upstream?: readonly string[];
        };
        /**
         * Aggregate
         * @description What is made of the values that fall together.
         * @enum {string}
         */
        readonly Aggregate: "count" | "sum" | "mean" | "median" | "min" | "max" | "distinct";
        /**
         * AlertKind
         * @description What an alert tells of: a run that failed, or the first that did not after one that had.
         * @enum {string}
         */
        readonly AlertKind: "failure" | "recovery";
        /**
         * AlertView
         * @description An alert to one receiver. `why` is what kept the last attempt from arriving.
         */
        readonly AlertView: {
            /** Attempts */
            readonly attempts: number;
            readonly kind: components["schemas"]["AlertKind"];
            /** Run */
            readonly run: string;
            readonly state: components["schemas"]["LetterState"];
            /** Title */
            readonly title: string;
            /** Why */
            readonly why: string;
        };
        /**
         * Axis
         * @description How an axis is laid out. Times are in milliseconds since the epoch.
         * @enum {string}
         */
        readonly Axis: "number" | "time" | "category";
        /**
         * Backoff
         * @description How the delay between tries changes.
         * @enum {string}
         */
        readonly Backoff: "constant" | "exponential";
        /**
         * BlockChangeView
         * @description A block that differs from the last commit's.
         */
        readonly BlockChangeView: {
            /** Block */
            readonly block: string;
            /**
             * Change
             * @enum {string}
             */
            readonly change: "added" | "removed" | "changed";
            /** What */
            readonly what: readonly string[];
        };
        /**
         * BlockEffectView
         * @description What would become of a block, and why it was not tried if it was not.
         */
        readonly BlockEffectView: {
            readonly failure: components["schemas"]["FailureView"] | null;
            /** Id */
            readonly id: string;
            readonly outlook: components["schemas"]["Outlook"];
            /** Outputs */
            readonly outputs: readonly components["schemas"]["OutputEffectView"][];
            /** Why */
            readonly why: string;
        };
        /**
         * BlockKind
         * @description What a block does with the outside world.
         * @enum {string}
         */
        readonly BlockKind: "loader" | "transformer" | "exporter" | "sensor" | "note";
        /**
         * BlockParamView
         * @description A param of a block: what its form shows and where its value comes from.
         */
        readonly BlockParamView: {
            /** Annotation */
            readonly annotation: string;
            /** Choices */
            readonly choices: readonly unknown[];
            /** Default */
            readonly default: unknown;
            /** Default Text */
            readonly default_text: string;
            /** Name */
            readonly name: string;
            /** Nullable */
            readonly nullable: boolean;
            /**
             * Origin
             * @enum {string}
             */
            readonly origin: "block" | "pipeline" | "default" | "missing";
            /** Required */
            readonly required: boolean;
            readonly type: components["schemas"]["ParamType"];
            /** Value */
            readonly value: unknown;
        };
        /**
         * BlockRunChanged
         * @description A block's part of a run changed.
         */
        readonly BlockRunChanged: {
            readonly block: components["schemas"]["BlockRunView"];
            /** Pipeline */
            readonly pipeline: string;
            /** Project */
            readonly project: string;
            /** Run */
            readonly run: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "block_changed";
        };
        /**
         * BlockRunView
         * @description One block's part of a run.
         */
        readonly BlockRunView: {
            /** Attempt */
            readonly attempt: number;
            /** Because */
            readonly because: string;
            /** Checks */
            readonly checks: readonly components["schemas"]["CheckView"][];
            /**
             * Earlier
             * @default []
             */
            readonly earlier: readonly components["schemas"]["TryView"][];
            /** Ended At */
            readonly ended_at: number | null;
            readonly failure: components["schemas"]["FailureView"] | null;
            /** Fingerprint */
            readonly fingerprint: string | null;
            /** Id */
            readonly id: string;
            /** @default null */
            readonly item: components["schemas"]["ItemView"] | null;
            /** Outputs */
            readonly outputs: readonly components["schemas"]["OutputView"][];
            /** Receipts */
            readonly receipts: readonly components["schemas"]["ReceiptView"][];
            /** Started At */
            readonly started_at: number | null;
            readonly state: components["schemas"]["BlockState"];
            /** @default null */
            readonly usage: components["schemas"]["UsageView"] | null;
        };
        /**
         * BlockState
         * @description How a block is doing in a run. Whether its output still counts is another question: see Freshness.
         * @enum {string}
         */
        readonly BlockState: "waiting" | "running" | "retrying" | "done" | "reused" | "failed" | "skipped" | "cancelled" | "unknown";
        /**
         * BlockView
         * @description A block: its entry in the pipeline and what its file says. How it is doing comes apart, as freshness and runs.
         */
        readonly BlockView: {
            /** Attempts */
            readonly attempts: number;
            /** @default constant */
            readonly backoff: components["schemas"]["Backoff"];
            /**
             * Charts
             * @default []
             */
            readonly charts: readonly components["schemas"]["ChartSpec"][];
            /** Checks */
            readonly checks: readonly string[];
            /** Connections */
            readonly connections: readonly string[];
            /** Delay S */
            readonly delay_s: number;
            /** Description */
            readonly description: string;
            /** Engine */
            readonly engine: string;
            /** File */
            readonly file: string;
            /** File Etag */
            readonly file_etag: string | null;
            /** Id */
            readonly id: string;
            /** Inputs */
            readonly inputs: readonly components["schemas"]["InputView"][];
            /**
             * Is Isolated
             * @default false
             */
            readonly is_isolated: boolean;
            /**
             * Jitter
             * @default 0
             */
            readonly jitter: number;
            readonly kind: components["schemas"]["BlockKind"];
            readonly language: components["schemas"]["Language"];
            /**
             * Map
             * @default
             */
            readonly map: string;
            /**
             * Memory Bytes
             * @default null
             */
            readonly memory_bytes: number | null;
            /** @default skip */
            readonly on_failure: components["schemas"]["OnFailure"];
            /**
             * Only On
             * @default []
             */
            readonly only_on: readonly string[];
            /** Own Params */
            readonly own_params: {
                readonly [key: string]: unknown;
            };
            /** Params */
            readonly params: readonly components["schemas"]["BlockParamView"][];
            /** Problems */
            readonly problems: readonly components["schemas"]["ProblemView"][];
            /** Timeout S */
            readonly timeout_s: number | null;
            /** Title */
            readonly title: string;
            /** Upstream */
            readonly upstream: readonly string[];
            /**
             * Uses
             * @default {}
             */
            readonly uses: {
                readonly [key: string]: number;
            };
            /**
             * When
             * @default
             */
            readonly when: string;
        };
        /**
         * BranchView
         * @description A branch.
         */
        readonly BranchView: {
            /** At */
            readonly at: number;
            /** Is Current */
            readonly is_current: boolean;
            /** Name */
            readonly name: string;
        };
        /**
         * Bucket
         * @description By what times fall together.
         * @enum {string}
         */
        readonly Bucket: "auto" | "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year";
        /**
         * CatchUp
         * @description What becomes of the ticks that were missed while nobody was there to start them.
         * @enum {string}
         */
        readonly CatchUp: "skip" | "latest" | "all";
        /**
         * Change
         * @description What an edit did to a pipeline's YAML and to block files: enough to take it back.
         */
        readonly Change: {
            /** Becomes */
            readonly becomes: string;
            /** Files */
            readonly files: readonly components["schemas"]["FileChange"][];
            /** Was */
            readonly was: string;
        };
        /**
         * ChangedFileView
         * @description A file that differs from the last commit, with Git's letters: M, A, D, ?, U, or empty.
         */
        readonly ChangedFileView: {
            /** Path */
            readonly path: string;
            /** Staged */
            readonly staged: string;
            /** Unstaged */
            readonly unstaged: string;
        };
        /**
         * ChartPoints
         * @description The points of a chart, column by column; times are in milliseconds since the epoch.
         *
         *     Columns are `x`, `y` and `colour`; bins also have `x2` and `y2`, boxes `low`, `q1`, `median`, `q3` and `high`.
         */
        readonly ChartPoints: {
            /** Columns */
            readonly columns: {
                readonly [key: string]: readonly (number | string | null)[];
            };
            /** Left Out */
            readonly left_out: number;
            /** Notes */
            readonly notes: readonly string[];
            /** Rows */
            readonly rows: number;
            /** Sampled */
            readonly sampled: number | null;
            readonly x: components["schemas"]["Axis"];
            readonly y: components["schemas"]["Axis"];
        };
        /**
         * ChartQuery
         * @description A chart of the rows that a filter lets through.
         */
        readonly ChartQuery: {
            readonly chart: components["schemas"]["ChartSpec"];
            /**
             * @default {
             *       "conditions": [],
             *       "expression": "",
             *       "search": ""
             *     }
             */
            readonly filter?: components["schemas"]["TableFilter"];
        };
        /**
         * ChartSpec
         * @description What is drawn of which columns, named by their keys; an empty one is none.
         */
        readonly ChartSpec: {
            readonly aggregate: components["schemas"]["Aggregate"];
            readonly bucket: components["schemas"]["Bucket"];
            /** Colour */
            readonly colour: string;
            readonly mark: components["schemas"]["Mark"];
            /** Output */
            readonly output: string;
            /** Title */
            readonly title: string;
            /** Value */
            readonly value: string;
            /** X */
            readonly x: string;
            /** Y */
            readonly y: string;
        };
        /**
         * CheckView
         * @description What a check said of an output.
         */
        readonly CheckView: {
            /** Message */
            readonly message: string;
            /** Name */
            readonly name: string;
            /** Passed */
            readonly passed: boolean;
        };
        readonly ClientMessage: components["schemas"]["Hello"] | components["schemas"]["Subscribe"] | components["schemas"]["Unsubscribe"] | components["schemas"]["Ping"];
        /**
         * CodeFile
         * @description A file of a run's code, and what has become of it since.
         */
        readonly CodeFile: {
            /**
             * Change
             * @enum {string}
             */
            readonly change: "same" | "changed" | "gone" | "new";
            /** Path */
            readonly path: string;
        };
        /**
         * CodeText
         * @description A text, the file that it is or will be, and the engine that a SQL text is written for.
         */
        readonly CodeText: {
            /**
             * Engine
             * @default duckdb
             */
            readonly engine?: string;
            /** Path */
            readonly path: string;
            /** Text */
            readonly text: string;
        };
        /**
         * CodeThenAndNow
         * @description A file as it was in a run and as it is today; None where there is none.
         */
        readonly CodeThenAndNow: {
            /** Now */
            readonly now: string | null;
            /** Path */
            readonly path: string;
            /** Then */
            readonly then: string | null;
        };
        /**
         * ColumnChangeView
         * @description A column of either table: its type in each, None where it is not there, and in how many rows it differs.
         */
        readonly ColumnChangeView: {
            /** After */
            readonly after: string | null;
            /** Before */
            readonly before: string | null;
            /** Name */
            readonly name: string;
            /** Rows */
            readonly rows: number | null;
        };
        /**
         * ColumnEffectView
         * @description A column that would be another: its types, None where it is not there, and how many values it lacks.
         */
        readonly ColumnEffectView: {
            /** After */
            readonly after: string | null;
            /** Before */
            readonly before: string | null;
            /** Missing After */
            readonly missing_after: number | null;
            /** Missing Before */
            readonly missing_before: number | null;
            /** Name */
            readonly name: string;
        };
        /**
         * ColumnSummaryView
         * @description A column summed up; `rows` are those that were looked at. `problem` says why the rest is not there.
         */
        readonly ColumnSummaryView: {
            /** Column */
            readonly column: string;
            /** Deviation */
            readonly deviation: number | null;
            /** Distinct */
            readonly distinct: number | null;
            readonly histogram: components["schemas"]["HistogramView"] | null;
            /** Is Distinct Exact */
            readonly is_distinct_exact: boolean;
            /** Is Sample */
            readonly is_sample: boolean;
            /** Maximum */
            readonly maximum: string | null;
            /** Mean */
            readonly mean: number | null;
            /** Minimum */
            readonly minimum: string | null;
            /** Nans */
            readonly nans: number;
            /** Nulls */
            readonly nulls: number | null;
            /** Problem */
            readonly problem: string;
            /** Quantiles */
            readonly quantiles: readonly string[];
            /** Rows */
            readonly rows: number;
            /** Top */
            readonly top: readonly components["schemas"]["TopValueView"][];
        };
        /**
         * ColumnView
         * @description A column of a stored table: its name for people, the key that is its alone, and its Arrow type.
         */
        readonly ColumnView: {
            readonly family: components["schemas"]["Family"];
            /** Is Index */
            readonly is_index: boolean;
            /** Key */
            readonly key: string;
            /** Name */
            readonly name: string;
            /** Type */
            readonly type: string;
        };
        /**
         * CommitView
         * @description A commit.
         */
        readonly CommitView: {
            /** At */
            readonly at: number;
            /** Author */
            readonly author: string;
            /** Hash */
            readonly hash: string;
            /** Short */
            readonly short: string;
            /** Subject */
            readonly subject: string;
        };
        /**
         * ConnectEdit
         * @description Let `downstream` read `upstream`.
         */
        readonly ConnectEdit: {
            /** Downstream */
            readonly downstream: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "connect";
            /** Upstream */
            readonly upstream: string;
        };
        /**
         * ConnectionEntryView
         * @description A connection as connections.yaml has it. Options that may hold a secret are named, and not told.
         */
        readonly ConnectionEntryView: {
            /** Hidden */
            readonly hidden: readonly string[];
            /** Missing */
            readonly missing: readonly string[];
            /** Name */
            readonly name: string;
            /** Options */
            readonly options: {
                readonly [key: string]: unknown;
            };
            /** Summary */
            readonly summary: string;
            /** Type */
            readonly type: string;
        };
        /**
         * ConnectionFormView
         * @description What a connection of a type is asked for.
         */
        readonly ConnectionFormView: {
            /** Fields */
            readonly fields: readonly components["schemas"]["OptionFieldView"][];
            /**
             * Stores
             * @enum {string}
             */
            readonly stores: "files" | "tables";
            /** Title */
            readonly title: string;
            /** Type */
            readonly type: string;
        };
        /**
         * ConnectionPlan
         * @description connections.yaml before and after an edit; nothing is saved. `etag` None: there is no such file yet.
         */
        readonly ConnectionPlan: {
            /** After */
            readonly after: string;
            /** Before */
            readonly before: string;
            /** Etag */
            readonly etag: string | null;
        };
        /**
         * ConnectionProfileView
         * @description A profile and its connections.
         */
        readonly ConnectionProfileView: {
            /** Connections */
            readonly connections: readonly components["schemas"]["ConnectionEntryView"][];
            /** Is Default */
            readonly is_default: boolean;
            /** Name */
            readonly name: string;
        };
        /**
         * ConnectionsView
         * @description The page of connections. `etag` is that of connections.yaml, None where there is none yet.
         */
        readonly ConnectionsView: {
            /** Etag */
            readonly etag: string | null;
            /** Forms */
            readonly forms: readonly components["schemas"]["ConnectionFormView"][];
            /** Profiles */
            readonly profiles: readonly components["schemas"]["ConnectionProfileView"][];
            /** Secrets */
            readonly secrets: readonly components["schemas"]["SecretView"][];
        };
        /**
         * ConnectionTried
         * @description What came of trying a connection.
         */
        readonly ConnectionTried: {
            /** Is Ok */
            readonly is_ok: boolean;
            /** Seconds */
            readonly seconds: number;
            /** Steps */
            readonly steps: readonly components["schemas"]["TrialStepView"][];
        };
        /**
         * ConnectionView
         * @description A connection of the profile, without its secrets.
         */
        readonly ConnectionView: {
            /** Name */
            readonly name: string;
            /** Summary */
            readonly summary: string;
            /** Type */
            readonly type: string;
        };
        /**
         * DeletedFile
         * @description Something in the trash.
         */
        readonly DeletedFile: {
            /** At */
            readonly at: number;
            /** Id */
            readonly id: string;
            /** Path */
            readonly path: string;
        };
        /**
         * DeleteFile
         * @description Put a file or folder into the trash.
         */
        readonly DeleteFile: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "delete";
            /** Path */
            readonly path: string;
        };
        /**
         * DisconnectEdit
         * @description Let `downstream` no longer read `upstream`.
         */
        readonly DisconnectEdit: {
            /** Downstream */
            readonly downstream: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "disconnect";
            /** Upstream */
            readonly upstream: string;
        };
        /**
         * DownloadView
         * @description A download that is ready to be fetched from `path`, below the server's address, by the same session.
         *
         *     Units: estimated_bytes from a sample of its rows. It is good for ten minutes.
         */
        readonly DownloadView: {
            /** Columns */
            readonly columns: number;
            /** Estimated Bytes */
            readonly estimated_bytes: number;
            /** File Name */
            readonly file_name: string;
            /** Path */
            readonly path: string;
            /** Rows */
            readonly rows: number;
        };
        /**
         * EditedPipeline
         * @description A pipeline after an edit, and what the edit did.
         */
        readonly EditedPipeline: {
            /** Blocks */
            readonly blocks: readonly components["schemas"]["BlockView"][];
            readonly change: components["schemas"]["Change"];
            /** Description */
            readonly description: string;
            /** Etag */
            readonly etag: string;
            /** File */
            readonly file: string;
            /**
             * Groups
             * @default []
             */
            readonly groups: readonly components["schemas"]["GroupView"][];
            /** Id */
            readonly id: string;
            /**
             * Is Merged
             * @default false
             */
            readonly is_merged: boolean;
            /** Kept Files */
            readonly kept_files: readonly string[];
            /**
             * Layout
             * @default {}
             */
            readonly layout: {
                readonly [key: string]: components["schemas"]["Point"];
            };
            /** Params */
            readonly params: readonly components["schemas"]["PipelineParamView"][];
            /** Problems */
            readonly problems: readonly components["schemas"]["ProblemView"][];
        };
        readonly EditRequest: components["schemas"]["AddBlockEdit"] | components["schemas"]["RemoveBlockEdit"] | components["schemas"]["RenameBlockEdit"] | components["schemas"]["ConnectEdit"] | components["schemas"]["DisconnectEdit"] | components["schemas"]["SetUpstreamEdit"] | components["schemas"]["SetParamsEdit"] | components["schemas"]["SetLimitsEdit"] | components["schemas"]["SetRulesEdit"] | components["schemas"]["SetChartsEdit"] | components["schemas"]["SetDescriptionEdit"] | components["schemas"]["SetLayoutEdit"] | components["schemas"]["SetGroupEdit"] | components["schemas"]["RemoveGroupEdit"] | components["schemas"]["PasteBlocksEdit"] | components["schemas"]["SeveralEdits"];
        /**
         * EffectQuery
         * @description With which params and profile an edit is tried; defaults if left out.
         */
        readonly EffectQuery: {
            /** Params */
            readonly params?: {
                readonly [key: string]: unknown;
            };
            /**
             * Profile
             * @default null
             */
            readonly profile?: string | null;
        };
        /**
         * EffectView
         * @description What an edit would change; of large inputs `sampled` rows were tried. A later question ends the one before.
         */
        readonly EffectView: {
            /** Blocks */
            readonly blocks: readonly components["schemas"]["BlockEffectView"][];
            /** Is Superseded */
            readonly is_superseded: boolean;
            /** Sampled */
            readonly sampled: number | null;
        };
        /**
         * ErrorBody
         * @description What went wrong, for a program and for a person.
         */
        readonly ErrorBody: {
            /** Code */
            readonly code: string;
            /**
             * Details
             * @default {}
             */
            readonly details: {
                readonly [key: string]: unknown;
            };
            /**
             * Hint
             * @default
             */
            readonly hint: string;
            /** Message */
            readonly message: string;
        };
        /**
         * ErrorReply
         * @description The one shape of an error.
         */
        readonly ErrorReply: {
            readonly error: components["schemas"]["ErrorBody"];
        };
        /**
         * ExportFormat
         * @description A form that a table can be taken away in; the value is how its files' names end.
         * @enum {string}
         */
        readonly ExportFormat: "parquet" | "csv" | "arrow" | "ndjson" | "xlsx";
        /**
         * FailureView
         * @description Why a block failed.
         */
        readonly FailureView: {
            /** Code */
            readonly code: string;
            /** Exception */
            readonly exception: string;
            /** Frames */
            readonly frames: readonly components["schemas"]["FrameView"][];
            /** Hint */
            readonly hint: string;
            /** Message */
            readonly message: string;
        };
        /**
         * Family
         * @description What kind of value a column holds: it decides how the column is filtered, summed up and shown.
         * @enum {string}
         */
        readonly Family: "number" | "text" | "date" | "time" | "duration" | "boolean" | "binary" | "nested" | "other";
        /**
         * FileChange
         * @description What became of a block's file; null is no file.
         */
        readonly FileChange: {
            /** Becomes */
            readonly becomes: string | null;
            /** Path */
            readonly path: string;
            /** Was */
            readonly was: string | null;
        };
        /**
         * FileChanged
         * @description A file changed, in the browser or on disk; `etag` None when it is gone.
         */
        readonly FileChanged: {
            /** Etag */
            readonly etag: string | null;
            /** Path */
            readonly path: string;
            /** Project */
            readonly project: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "file_changed";
        };
        readonly FileEditRequest: components["schemas"]["MoveFile"] | components["schemas"]["DeleteFile"] | components["schemas"]["RestoreFile-Input"] | components["schemas"]["MakeFolder"];
        /**
         * FileEntry
         * @description A file of the project's tree.
         */
        readonly FileEntry: {
            /** Is Editable */
            readonly is_editable: boolean;
            /** Path */
            readonly path: string;
            /** Size Bytes */
            readonly size_bytes: number;
        };
        /**
         * FileFindings
         * @description What was found; `is_cut` when there was more.
         */
        readonly FileFindings: {
            /** Files */
            readonly files: readonly components["schemas"]["FoundFileView"][];
            /** Is Cut */
            readonly is_cut: boolean;
        };
        /**
         * FileList
         * @description The project's files in order of path; `truncated` when there were more than the bound.
         */
        readonly FileList: {
            /** Files */
            readonly files: readonly components["schemas"]["FileEntry"][];
            /** Truncated */
            readonly truncated: boolean;
        };
        /**
         * FileSaved
         * @description The ETag of what was saved.
         */
        readonly FileSaved: {
            /** Etag */
            readonly etag: string;
            /** Path */
            readonly path: string;
        };
        /**
         * FilesEdited
         * @description What was done: the edit that takes it back, and the pipelines that name what was moved or deleted.
         */
        readonly FilesEdited: {
            /** Pipelines */
            readonly pipelines: readonly string[];
            /** Undo */
            readonly undo: components["schemas"]["MoveFile"] | components["schemas"]["DeleteFile"] | components["schemas"]["RestoreFile-Output"] | components["schemas"]["MakeFolder"];
        };
        /**
         * FileTree
         * @description The project's files and folders in order of path; `truncated` when there were more than the bound.
         */
        readonly FileTree: {
            /** Entries */
            readonly entries: readonly components["schemas"]["TreeEntryView"][];
            /** Truncated */
            readonly truncated: boolean;
        };
        /**
         * FileView
         * @description A text file and the ETag to save it with.
         */
        readonly FileView: {
            /** Etag */
            readonly etag: string;
            /** Path */
            readonly path: string;
            /** Text */
            readonly text: string;
        };
        /**
         * FindingView
         * @description One thing that is wrong. Units: UTF-16 code units from the text's beginning.
         */
        readonly FindingView: {
            /** Code */
            readonly code: string;
            /** End */
            readonly end: number;
            readonly fix: components["schemas"]["FixView"] | null;
            /** Message */
            readonly message: string;
            readonly severity: components["schemas"]["Severity"];
            /** Start */
            readonly start: number;
            /** Url */
            readonly url: string | null;
        };
        /**
         * FiringState
         * @description What became of a tick.
         * @enum {string}
         */
        readonly FiringState: "pending" | "started" | "ended" | "refused" | "skipped";
        /**
         * FiringView
         * @description What became of a tick of a schedule, or of several that were skipped together, from `first_at` to `at`.
         */
        readonly FiringView: {
            /** At */
            readonly at: number;
            /** First At */
            readonly first_at: number;
            /** Reason */
            readonly reason: string;
            /** Run */
            readonly run: string | null;
            readonly state: components["schemas"]["FiringState"];
            /** Ticks */
            readonly ticks: number;
        };
        /**
         * FixView
         * @description What mends a finding; one that is not safe may change what the code does.
         */
        readonly FixView: {
            /** Edits */
            readonly edits: readonly components["schemas"]["TextEditView"][];
            /** Is Safe */
            readonly is_safe: boolean;
            /** Title */
            readonly title: string;
        };
        /**
         * ForecastView
         * @description What a block usually takes. Memory is what it takes beyond what its process held before.
         */
        readonly ForecastView: {
            /** Peak Memory Bytes */
            readonly peak_memory_bytes: number | null;
            /** Runs */
            readonly runs: number;
            /** Seconds */
            readonly seconds: number;
        };
        /**
         * FormattedCode
         * @description A text as it is after formatting.
         */
        readonly FormattedCode: {
            /** Text */
            readonly text: string;
        };
        /**
         * FoundFileView
         * @description A file in whose name or lines something was found.
         */
        readonly FoundFileView: {
            /** Is Named */
            readonly is_named: boolean;
            /** Lines */
            readonly lines: readonly components["schemas"]["FoundLineView"][];
            /** Path */
            readonly path: string;
        };
        /**
         * FoundLineView
         * @description A line in which something was found, from `start` to `end` of its text.
         */
        readonly FoundLineView: {
            /** End */
            readonly end: number;
            /** Line */
            readonly line: number;
            /** Start */
            readonly start: number;
            /** Text */
            readonly text: string;
        };
        /**
         * FragmentView
         * @description Blocks as a text for the clipboard.
         */
        readonly FragmentView: {
            /** Text */
            readonly text: string;
        };
        /**
         * FrameView
         * @description A frame of a traceback, of user code only.
         */
        readonly FrameView: {
            /** Column */
            readonly column: number | null;
            /** File */
            readonly file: string;
            /** Function */
            readonly function: string;
            /** Line */
            readonly line: number;
            /** Text */
            readonly text: string;
        };
        /**
         * Freshness
         * @description Whether a block's output still counts.
         * @enum {string}
         */
        readonly Freshness: "never" | "fresh" | "stale";
        /**
         * FreshnessView
         * @description Whether a block's output still counts, and its newest one whether it does or not.
         */
        readonly FreshnessView: {
            /** Checks */
            readonly checks: readonly components["schemas"]["CheckView"][];
            /** Fingerprint */
            readonly fingerprint: string | null;
            readonly freshness: components["schemas"]["Freshness"];
            /** Id */
            readonly id: string;
            /** Made At */
            readonly made_at: number | null;
            /** Outputs */
            readonly outputs: readonly components["schemas"]["OutputView"][];
            /** Reasons */
            readonly reasons: readonly components["schemas"]["ReasonView"][];
            /** Receipts */
            readonly receipts: readonly components["schemas"]["ReceiptView"][];
            /** Run */
            readonly run: string | null;
            /** Seconds */
            readonly seconds: number | null;
            /** @default null */
            readonly usual: components["schemas"]["ForecastView"] | null;
        };
        /**
         * GitDifference
         * @description A unified diff; empty where nothing differs.
         */
        readonly GitDifference: {
            /** Text */
            readonly text: string;
        };
        /**
         * GitStanding
         * @description How the project stands to its repository; `is_there` false is in none, and then nothing else counts.
         */
        readonly GitStanding: {
            /**
             * Ahead
             * @default 0
             */
            readonly ahead: number;
            /**
             * Behind
             * @default 0
             */
            readonly behind: number;
            /**
             * Branch
             * @default
             */
            readonly branch: string;
            /**
             * Branches
             * @default []
             */
            readonly branches: readonly components["schemas"]["BranchView"][];
            /**
             * Commit
             * @default
             */
            readonly commit: string;
            /**
             * Files
             * @default []
             */
            readonly files: readonly components["schemas"]["ChangedFileView"][];
            /**
             * Is Cut
             * @default false
             */
            readonly is_cut: boolean;
            /** Is There */
            readonly is_there: boolean;
            /**
             * Runs Filters
             * @default false
             */
            readonly runs_filters: boolean;
            /**
             * Staged Elsewhere
             * @default 0
             */
            readonly staged_elsewhere: number;
            /**
             * Upstream
             * @default
             */
            readonly upstream: string;
        };
        /**
         * GroupColor
         * @description The colours that a group's frame can have.
         * @enum {string}
         */
        readonly GroupColor: "gray" | "blue" | "teal" | "green" | "amber" | "red" | "purple";
        /**
         * GroupView
         * @description A named frame around blocks; collapsed, it is drawn as one node, at `at` if people put it there.
         */
        readonly GroupView: {
            readonly at: components["schemas"]["Point"] | null;
            /** Blocks */
            readonly blocks: readonly string[];
            readonly color: components["schemas"]["GroupColor"];
            /** Id */
            readonly id: string;
            /** Is Collapsed */
            readonly is_collapsed: boolean;
            /** Title */
            readonly title: string;
        };
        readonly Happening: components["schemas"]["PipelineChanged"] | components["schemas"]["FileChanged"] | components["schemas"]["StatusChanged"] | components["schemas"]["ScheduleChanged"] | components["schemas"]["RunChanged"] | components["schemas"]["BlockRunChanged"] | components["schemas"]["ProgressChanged"] | components["schemas"]["LogAppended"];
        /**
         * Health
         * @description That the server is there.
         */
        readonly Health: {
            /**
             * Status
             * @default ok
             * @constant
             */
            readonly status: "ok";
            /** Version */
            readonly version: string;
        };
        /**
         * Hello
         * @description A client's first message: its key, and the last number it saw in that server's epoch.
         */
        readonly Hello: {
            /**
             * Epoch
             * @default null
             */
            readonly epoch?: string | null;
            /** Key */
            readonly key: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "hello";
            /**
             * Since
             * @default null
             */
            readonly since?: number | null;
        };
        /**
         * HistogramView
         * @description How many values lie in each of some equal parts from `low` to `high`.
         */
        readonly HistogramView: {
            /** Counts */
            readonly counts: readonly number[];
            /** High */
            readonly high: string;
            /** Low */
            readonly low: string;
        };
        /**
         * ImportNotebook
         * @description A notebook's file to make a pipeline of; without a name, the pipeline is called after the file.
         */
        readonly ImportNotebook: {
            /** Content */
            readonly content: string;
            /** File */
            readonly file: string;
            /**
             * Name
             * @default null
             */
            readonly name?: string | null;
        };
        /**
         * InputView
         * @description An argument of the block function and the upstream that feeds it, if one does.
         */
        readonly InputView: {
            /** Annotation */
            readonly annotation: string;
            /** Parameter */
            readonly parameter: string;
            /** Upstream */
            readonly upstream: string | null;
        };
        /**
         * ItemView
         * @description Which item of a mapped block something is; `label` says it in a few words.
         */
        readonly ItemView: {
            /** Index */
            readonly index: number;
            /** Label */
            readonly label: string;
        };
        /**
         * KeepRun
         * @description Keep a run whatever the project's limits say, or no longer.
         */
        readonly KeepRun: {
            /** Is Pinned */
            readonly is_pinned: boolean;
        };
        /**
         * Language
         * @description What a block is written in; its file's suffix says so.
         * @enum {string}
         */
        readonly Language: "python" | "sql" | "markdown";
        /**
         * LetterState
         * @description How an alert is doing on its way.
         * @enum {string}
         */
        readonly LetterState: "waiting" | "sent" | "given_up";
        /**
         * Library
         * @description All ready-made blocks.
         */
        readonly Library: {
            /** Blocks */
            readonly blocks: readonly components["schemas"]["LibraryBlock"][];
        };
        /**
         * LibraryBlock
         * @description A ready-made block; adding it copies its text into the project.
         */
        readonly LibraryBlock: {
            /** Description */
            readonly description: string;
            /** Id */
            readonly id: string;
            readonly kind: components["schemas"]["BlockKind"];
            readonly language: components["schemas"]["Language"];
            /** Params */
            readonly params: readonly components["schemas"]["LibraryParam"][];
            /** Text */
            readonly text: string;
            /** Title */
            readonly title: string;
        };
        /**
         * LibraryParam
         * @description A param of a library block.
         */
        readonly LibraryParam: {
            /** Annotation */
            readonly annotation: string;
            /** Choices */
            readonly choices: readonly unknown[];
            /** Default */
            readonly default: unknown;
            /** Default Text */
            readonly default_text: string;
            /** Name */
            readonly name: string;
            /** Required */
            readonly required: boolean;
            readonly type: components["schemas"]["ParamType"];
        };
        /**
         * LinkToken
         * @description A fresh token: the server's address with `#token=` and this is a start link, good once, for ten minutes.
         */
        readonly LinkToken: {
            /** Token */
            readonly token: string;
        };
        /**
         * LintReport
         * @description Everything that is wrong in a text, as far as it can be seen without running it.
         */
        readonly LintReport: {
            /** Findings */
            readonly findings: readonly components["schemas"]["FindingView"][];
        };
        /**
         * LogAppended
         * @description Lines that a block printed.
         */
        readonly LogAppended: {
            /** Block */
            readonly block: string;
            /** Lines */
            readonly lines: readonly components["schemas"]["LogLine"][];
            /** Project */
            readonly project: string;
            /** Run */
            readonly run: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "log";
        };
        /**
         * LogLine
         * @description A line that a block printed or logged; `seq` orders the lines of a block's run.
         */
        readonly LogLine: {
            /** At */
            readonly at: number;
            /** Seq */
            readonly seq: number;
            /**
             * Stream
             * @enum {string}
             */
            readonly stream: "stdout" | "stderr" | "flowstone";
            /** Text */
            readonly text: string;
        };
        /**
         * LogPage
         * @description Lines from `after` on; `dropped` counts those that a bound took away.
         */
        readonly LogPage: {
            /** Dropped */
            readonly dropped: number;
            /** Lines */
            readonly lines: readonly components["schemas"]["LogLine"][];
            /** Next */
            readonly next: number;
        };
        /**
         * MakeCommit
         * @description Commit what is staged.
         */
        readonly MakeCommit: {
            /** Message */
            readonly message: string;
        };
        /**
         * MakeFolder
         * @description Make a folder.
         */
        readonly MakeFolder: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "make_folder";
            /** Path */
            readonly path: string;
        };
        /**
         * Mark
         * @description What is drawn.
         * @enum {string}
         */
        readonly Mark: "bar" | "line" | "area" | "point" | "histogram" | "box" | "heatmap";
        /**
         * MoveFile
         * @description Give a file or folder another path; pipelines whose blocks use it name the new one.
         */
        readonly MoveFile: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "move";
            /** Path */
            readonly path: string;
            /** To */
            readonly to: string;
        };
        /**
         * NewDownload
         * @description A download to be: its form, and which rows and columns; no column named is all of them.
         */
        readonly NewDownload: {
            /** Columns */
            readonly columns?: readonly string[];
            readonly format: components["schemas"]["ExportFormat"];
            /**
             * Guards Formulas
             * @default true
             */
            readonly guards_formulas?: boolean;
            /**
             * Name
             * @default output
             */
            readonly name?: string;
            /**
             * @default {
             *       "filter": {
             *         "conditions": [],
             *         "expression": "",
             *         "search": ""
             *       },
             *       "sort": []
             *     }
             */
            readonly view?: components["schemas"]["TableView"];
        };
        /**
         * NewPipeline
         * @description Begin an empty pipeline.
         */
        readonly NewPipeline: {
            /**
             * Description
             * @default
             */
            readonly description?: string;
            /** Id */
            readonly id: string;
        };
        /**
         * NotebookImported
         * @description The pipeline that was made, its files, and what its author should know.
         */
        readonly NotebookImported: {
            /** Files */
            readonly files: readonly string[];
            /** Pipeline */
            readonly pipeline: string;
            /** Warnings */
            readonly warnings: readonly string[];
        };
        /**
         * OnFailure
         * @description What follows when a block, or an item of a mapped one, has failed for good.
         * @enum {string}
         */
        readonly OnFailure: "skip" | "stop" | "continue";
        /**
         * OptionFieldView
         * @description An option in a connection's form.
         */
        readonly OptionFieldView: {
            /** Hint */
            readonly hint: string;
            /** Is Rare */
            readonly is_rare: boolean;
            /** Is Required */
            readonly is_required: boolean;
            /**
             * Kind
             * @enum {string}
             */
            readonly kind: "text" | "path" | "url" | "integer" | "boolean" | "secret";
            /** Label */
            readonly label: string;
            /** Name */
            readonly name: string;
        };
        /**
         * Outlook
         * @description What would become of a block.
         * @enum {string}
         */
        readonly Outlook: "same" | "changed" | "failed" | "not_tried";
        /**
         * OutputEffectView
         * @description How an output would differ from what the block gave last; what nobody can tell is None.
         */
        readonly OutputEffectView: {
            /** Added */
            readonly added: number | null;
            /** Changed */
            readonly changed: number | null;
            /** Columns */
            readonly columns: readonly components["schemas"]["ColumnEffectView"][];
            /** Is Same */
            readonly is_same: boolean;
            /** Name */
            readonly name: string;
            /** Removed */
            readonly removed: number | null;
            /** Rows After */
            readonly rows_after: number | null;
            /** Rows Before */
            readonly rows_before: number | null;
        };
        /**
         * OutputKind
         * @description The form in which an output is stored, and shown.
         * @enum {string}
         */
        readonly OutputKind: "table" | "json" | "rich" | "object" | "pickle";
        /**
         * OutputView
         * @description A stored output, named by the hash of its content.
         */
        readonly OutputView: {
            /** Columns */
            readonly columns: readonly components["schemas"]["ColumnView"][];
            /** Content Types */
            readonly content_types: readonly string[];
            /** Hash */
            readonly hash: string;
            readonly kind: components["schemas"]["OutputKind"];
            /** Name */
            readonly name: string;
            /** Rows */
            readonly rows: number | null;
            /** Size Bytes */
            readonly size_bytes: number;
            /** Type */
            readonly type: string | null;
            /** Warnings */
            readonly warnings: readonly string[];
        };
        /**
         * Overlap
         * @description What becomes of a tick that comes while the schedule's run before it is still going.
         * @enum {string}
         */
        readonly Overlap: "skip" | "queue";
        /**
         * ParamType
         * @description The types a param can have in YAML, on the command line and in the browser's form.
         * @enum {string}
         */
        readonly ParamType: "text" | "integer" | "number" | "boolean" | "date" | "datetime" | "choice" | "json";
        /**
         * PartKind
         * @description What a part of a fingerprint is about.
         * @enum {string}
         */
        readonly PartKind: "source" | "module" | "param" | "upstream" | "order" | "file" | "package" | "connection" | "ttl" | "output" | "run";
        /**
         * PasteBlocksEdit
         * @description Put blocks from the clipboard in, under names that are free, each with a file of its own or the same one.
         *
         *     `spots` are by the names that they have in the text.
         */
        readonly PasteBlocksEdit: {
            /**
             * Keep Inputs
             * @default false
             */
            readonly keep_inputs?: boolean;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "paste_blocks";
            /**
             * Same Files
             * @default false
             */
            readonly same_files?: boolean;
            /** Spots */
            readonly spots?: {
                readonly [key: string]: components["schemas"]["Point"];
            };
            /** Text */
            readonly text: string;
        };
        /**
         * PastOutputsPage
         * @description Past outputs, newest first; `next` asks for the page after this one, None at the end.
         */
        readonly PastOutputsPage: {
            /** Entries */
            readonly entries: readonly components["schemas"]["PastOutputsView"][];
            /** Next */
            readonly next: string | null;
        };
        /**
         * PastOutputsView
         * @description What a block gave in a run: made there, or reused from an earlier one.
         */
        readonly PastOutputsView: {
            /** Outputs */
            readonly outputs: readonly components["schemas"]["PastOutputView"][];
            /** Run */
            readonly run: string;
            /** Started At */
            readonly started_at: number;
            readonly state: components["schemas"]["BlockState"];
        };
        /**
         * PastOutputView
         * @description An output of a past run; `is_kept` says whether its data can still be opened.
         */
        readonly PastOutputView: {
            /** Is Kept */
            readonly is_kept: boolean;
            readonly output: components["schemas"]["OutputView"];
        };
        /**
         * PauseView
         * @description A time in which nobody drove a run: between its end and its being taken up again.
         */
        readonly PauseView: {
            /** Began At */
            readonly began_at: number;
            /** Ended At */
            readonly ended_at: number;
        };
        /**
         * Ping
         * @description Ask for a pong.
         */
        readonly Ping: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "ping";
        };
        /**
         * PipelineChanged
         * @description A pipeline's YAML or a block file of it changed, in the browser or on disk.
         */
        readonly PipelineChanged: {
            /** Etag */
            readonly etag: string | null;
            /** Pipeline */
            readonly pipeline: string;
            /** Project */
            readonly project: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "pipeline_changed";
        };
        /**
         * PipelineChanges
         * @description How a pipeline differs from the last commit; `is_there` false where there is none to compare with.
         */
        readonly PipelineChanges: {
            /**
             * Blocks
             * @default []
             */
            readonly blocks: readonly components["schemas"]["BlockChangeView"][];
            /** Is There */
            readonly is_there: boolean;
        };
        /**
         * PipelineParamView
         * @description A param of the pipeline, for its form.
         */
        readonly PipelineParamView: {
            /** Choices */
            readonly choices: readonly unknown[];
            /** Default */
            readonly default: unknown;
            /** Description */
            readonly description: string;
            /** Name */
            readonly name: string;
            /** Required */
            readonly required: boolean;
            readonly type: components["schemas"]["ParamType"];
        };
        /**
         * PipelineStatus
         * @description How a pipeline stands for a profile and params: its blocks, the run that goes on and the newest that ended.
         */
        readonly PipelineStatus: {
            readonly active_run: components["schemas"]["RunView"] | null;
            /** Blocks */
            readonly blocks: readonly components["schemas"]["FreshnessView"][];
            /** Last Attempts */
            readonly last_attempts: readonly components["schemas"]["RunView"][];
            readonly last_run: components["schemas"]["RunView"] | null;
            /** Pipeline */
            readonly pipeline: string;
            readonly problem: components["schemas"]["ErrorBody"] | null;
        };
        /**
         * PipelineSummary
         * @description A pipeline in a project's list.
         */
        readonly PipelineSummary: {
            /** Block Count */
            readonly block_count: number | null;
            /** Description */
            readonly description: string;
            /** Id */
            readonly id: string;
            /** Last Runs */
            readonly last_runs: readonly components["schemas"]["RunSummary"][];
            /** Problems */
            readonly problems: readonly components["schemas"]["ProblemView"][];
        };
        /**
         * PipelineView
         * @description A pipeline's page. `etag` is that of its YAML, for If-Match.
         */
        readonly PipelineView: {
            /** Blocks */
            readonly blocks: readonly components["schemas"]["BlockView"][];
            /** Description */
            readonly description: string;
            /** Etag */
            readonly etag: string;
            /** File */
            readonly file: string;
            /**
             * Groups
             * @default []
             */
            readonly groups: readonly components["schemas"]["GroupView"][];
            /** Id */
            readonly id: string;
            /**
             * Layout
             * @default {}
             */
            readonly layout: {
                readonly [key: string]: components["schemas"]["Point"];
            };
            /** Params */
            readonly params: readonly components["schemas"]["PipelineParamView"][];
            /** Problems */
            readonly problems: readonly components["schemas"]["ProblemView"][];
        };
        /**
         * Point
         * @description Where a node's top left corner is. Units: pixels at zoom 1, to the right and down.
         */
        readonly Point: {
            /** X */
            readonly x: number;
            /** Y */
            readonly y: number;
        };
        /**
         * Pong
         * @description The answer to ping.
         */
        readonly Pong: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "pong";
        };
        /**
         * ProblemView
         * @description One thing that is wrong with a file of the project. Lines and columns count from 1.
         */
        readonly ProblemView: {
            /** Code */
            readonly code: string;
            /** Column */
            readonly column: number | null;
            /** File */
            readonly file: string;
            /** Hint */
            readonly hint: string;
            /**
             * Is Warning
             * @default false
             */
            readonly is_warning: boolean;
            /** Line */
            readonly line: number | null;
            /** Message */
            readonly message: string;
        };
        /**
         * ProgressChanged
         * @description How far a running block says it is.
         */
        readonly ProgressChanged: {
            /** Block */
            readonly block: string;
            /** Done */
            readonly done: number;
            /** Pipeline */
            readonly pipeline: string;
            /** Project */
            readonly project: string;
            /** Run */
            readonly run: string;
            /** Total */
            readonly total: number | null;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "progress";
        };
        /**
         * ProjectSummary
         * @description A project that this server has open.
         */
        readonly ProjectSummary: {
            /** Id */
            readonly id: string;
            /** Name */
            readonly name: string;
            /** Root */
            readonly root: string;
        };
        /**
         * ProjectView
         * @description A project's page.
         */
        readonly ProjectView: {
            /** Connections */
            readonly connections: readonly components["schemas"]["ConnectionView"][];
            /** Description */
            readonly description: string;
            /** Id */
            readonly id: string;
            /** Name */
            readonly name: string;
            /** Pipelines */
            readonly pipelines: readonly components["schemas"]["PipelineSummary"][];
            /** Problems */
            readonly problems: readonly components["schemas"]["ProblemView"][];
            /** Profile */
            readonly profile: string;
            /** Profiles */
            readonly profiles: readonly string[];
            /** Recent Runs */
            readonly recent_runs: readonly components["schemas"]["RunSummary"][];
            /** Root */
            readonly root: string;
        };
        /**
         * ReasonView
         * @description One thing that makes an output stale, for programs and, in `sentence`, for people.
         */
        readonly ReasonView: {
            readonly kind: components["schemas"]["PartKind"];
            /** Now */
            readonly now: string | null;
            /** Sentence */
            readonly sentence: string;
            /** Was */
            readonly was: string | null;
            /** What */
            readonly what: string;
        };
        /**
         * ReceiptView
         * @description What an exporter's write did.
         */
        readonly ReceiptView: {
            /** Action */
            readonly action: string;
            /** Facts */
            readonly facts: {
                readonly [key: string]: unknown;
            };
            /** Generations */
            readonly generations: {
                readonly [key: string]: number;
            };
            /** Job Ids */
            readonly job_ids: readonly string[];
            /** Rows */
            readonly rows: number | null;
            /** Seconds */
            readonly seconds: number;
            /** Size Bytes */
            readonly size_bytes: number | null;
            /** Target */
            readonly target: string;
        };
        /**
         * RemoveBlockEdit
         * @description Take a block out of the pipeline; its file stays, unless it is to go too and no other block uses it.
         */
        readonly RemoveBlockEdit: {
            /** Block */
            readonly block: string;
            /**
             * Delete File
             * @default false
             */
            readonly delete_file?: boolean;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "remove_block";
        };
        /**
         * RemoveConnection
         * @description Take a connection out of a profile.
         */
        readonly RemoveConnection: {
            /** Name */
            readonly name: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "remove";
            /** Profile */
            readonly profile: string;
        };
        /**
         * RemoveGroupEdit
         * @description Take a group's frame away; its blocks stay.
         */
        readonly RemoveGroupEdit: {
            /** Group */
            readonly group: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "remove_group";
        };
        /**
         * RenameBlockEdit
         * @description Give a block another id; its file keeps its name.
         */
        readonly RenameBlockEdit: {
            /** Block */
            readonly block: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "rename_block";
            /** To */
            readonly to: string;
        };
        /**
         * RestoreFile
         * @description Put something from the trash back where it was.
         */
        readonly "RestoreFile-Input": {
            /** Deleted */
            readonly deleted: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "restore";
            /**
             * Path
             * @default
             */
            readonly path?: string;
        };
        /**
         * RestoreFile
         * @description Put something from the trash back where it was.
         */
        readonly "RestoreFile-Output": {
            /** Deleted */
            readonly deleted: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "restore";
            /**
             * Path
             * @default
             */
            readonly path: string;
        };
        /**
         * RunAgain
         * @description Do what a run did once more, under an id of the caller's choosing; asking twice starts one run.
         */
        readonly RunAgain: {
            /**
             * Run
             * @default null
             */
            readonly run?: string | null;
        };
        /**
         * RunChanged
         * @description A run started, or ended, or its state changed.
         */
        readonly RunChanged: {
            /** Project */
            readonly project: string;
            readonly run: components["schemas"]["RunView"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "run_changed";
        };
        /**
         * RunCode
         * @description The code that a run used. `is_kept` is false where its copy is gone; nothing can then be said of it.
         */
        readonly RunCode: {
            /** Blocks */
            readonly blocks: readonly components["schemas"]["WiredBlock"][];
            /** Files */
            readonly files: readonly components["schemas"]["CodeFile"][];
            /** Is Kept */
            readonly is_kept: boolean;
            /** Truncated */
            readonly truncated: boolean;
        };
        /**
         * RunPage
         * @description Runs, newest first; `next` asks for the page after this one, None at the end.
         */
        readonly RunPage: {
            /** Next */
            readonly next: string | null;
            /** Runs */
            readonly runs: readonly components["schemas"]["RunSummary"][];
        };
        /**
         * RunStarted
         * @description The run that a request started, or had started already.
         */
        readonly RunStarted: {
            /** Run */
            readonly run: string;
        };
        /**
         * RunState
         * @description How a whole run is doing.
         * @enum {string}
         */
        readonly RunState: "running" | "done" | "failed" | "cancelled";
        /**
         * RunSummary
         * @description A run in a list.
         */
        readonly RunSummary: {
            /** Ended At */
            readonly ended_at: number | null;
            /**
             * Has Outputs
             * @default true
             */
            readonly has_outputs: boolean;
            /** Id */
            readonly id: string;
            /**
             * Is Pinned
             * @default false
             */
            readonly is_pinned: boolean;
            /**
             * Logical Date
             * @default null
             */
            readonly logical_date: string | null;
            /**
             * Pauses
             * @default []
             */
            readonly pauses: readonly components["schemas"]["PauseView"][];
            /** Pipeline */
            readonly pipeline: string;
            /** Profile */
            readonly profile: string;
            /**
             * Seconds
             * @default null
             */
            readonly seconds: number | null;
            /** Started At */
            readonly started_at: number;
            readonly state: components["schemas"]["RunState"];
            /** Trigger */
            readonly trigger: string;
        };
        /**
         * RunView
         * @description A run with its blocks.
         */
        readonly RunView: {
            /** Blocks */
            readonly blocks: readonly components["schemas"]["BlockRunView"][];
            /** Ended At */
            readonly ended_at: number | null;
            /**
             * Has Outputs
             * @default true
             */
            readonly has_outputs: boolean;
            /** Id */
            readonly id: string;
            /**
             * Is Pinned
             * @default false
             */
            readonly is_pinned: boolean;
            /**
             * Logical Date
             * @default null
             */
            readonly logical_date: string | null;
            /** Params */
            readonly params: {
                readonly [key: string]: unknown;
            };
            /**
             * Pauses
             * @default []
             */
            readonly pauses: readonly components["schemas"]["PauseView"][];
            /** Pipeline */
            readonly pipeline: string;
            /** Profile */
            readonly profile: string;
            /**
             * Seconds
             * @default null
             */
            readonly seconds: number | null;
            /**
             * Snapshot
             * @default
             */
            readonly snapshot: string;
            /** Started At */
            readonly started_at: number;
            readonly state: components["schemas"]["RunState"];
            /** Trigger */
            readonly trigger: string;
        };
        /**
         * SaveFile
         * @description A file's new text. Bound: 2 MiB of UTF-8.
         */
        readonly SaveFile: {
            /** Text */
            readonly text: string;
        };
        /**
         * ScheduleChanged
         * @description A pipeline's schedule fired, or was paused or resumed: ask for it again.
         */
        readonly ScheduleChanged: {
            /** Pipeline */
            readonly pipeline: string;
            /** Project */
            readonly project: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "schedule_changed";
        };
        /**
         * ScheduleView
         * @description When a pipeline's runs start by themselves. `next` is empty while none will.
         *
         *     `is_trusted` is false until somebody has run the project here: until then nothing starts.
         */
        readonly ScheduleView: {
            /** Alerts */
            readonly alerts: readonly components["schemas"]["AlertView"][];
            readonly catch_up: components["schemas"]["CatchUp"];
            /** Cron */
            readonly cron: string | null;
            /** Is Enabled */
            readonly is_enabled: boolean;
            /** Is Failing */
            readonly is_failing: boolean;
            /** Is Paused */
            readonly is_paused: boolean;
            /** Is Trusted */
            readonly is_trusted: boolean;
            /** Next */
            readonly next: readonly number[];
            readonly overlap: components["schemas"]["Overlap"];
            /** Params */
            readonly params: {
                readonly [key: string]: unknown;
            };
            /** Pipeline */
            readonly pipeline: string;
            /** Profile */
            readonly profile: string | null;
            /** Recent */
            readonly recent: readonly components["schemas"]["FiringView"][];
            /** Timezone */
            readonly timezone: string | null;
            /** Words */
            readonly words: string;
        };
        /**
         * SecretView
         * @description A secret by its name: whether it is there, and which connections ask for it.
         */
        readonly SecretView: {
            /** Is Set */
            readonly is_set: boolean;
            /** Name */
            readonly name: string;
            /** Used By */
            readonly used_by: readonly string[];
        };
        /**
         * ServerMessage
         * @description Something that happened on a topic. `seq` counts up by one over all topics of a server's epoch.
         */
        readonly ServerMessage: {
            /** Happening */
            readonly happening: components["schemas"]["PipelineChanged"] | components["schemas"]["FileChanged"] | components["schemas"]["StatusChanged"] | components["schemas"]["ScheduleChanged"] | components["schemas"]["RunChanged"] | components["schemas"]["BlockRunChanged"] | components["schemas"]["ProgressChanged"] | components["schemas"]["LogAppended"];
            /** Seq */
            readonly seq: number;
            /** Topic */
            readonly topic: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "message";
        };
        /**
         * SetChartsEdit
         * @description Give a block all its charts.
         */
        readonly SetChartsEdit: {
            /** Block */
            readonly block: string;
            /** Charts */
            readonly charts: readonly components["schemas"]["ChartSpec"][];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "set_charts";
        };
        /**
         * SetConnection
         * @description Put a connection into a profile, in place of `was`; options named in `keeps` stay as they are in the file.
         */
        readonly SetConnection: {
            /**
             * Keeps
             * @default []
             */
            readonly keeps?: readonly string[];
            /** Name */
            readonly name: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "set";
            /** Options */
            readonly options: {
                readonly [key: string]: unknown;
            };
            /** Profile */
            readonly profile: string;
            /** Type */
            readonly type: string;
            /**
             * Was
             * @default null
             */
            readonly was?: string | null;
        };
        /**
         * SetDescriptionEdit
         * @description Say what the pipeline is for.
         */
        readonly SetDescriptionEdit: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "set_description";
            /** Text */
            readonly text: string;
        };
        /**
         * SetGroupEdit
         * @description Draw a group around blocks, or change the one of that id.
         */
        readonly SetGroupEdit: {
            /** @default null */
            readonly at?: components["schemas"]["Point"] | null;
            /** Blocks */
            readonly blocks: readonly string[];
            /** @default gray */
            readonly color?: components["schemas"]["GroupColor"];
            /** Group */
            readonly group: string;
            /**
             * Is Collapsed
             * @default false
             */
            readonly is_collapsed?: boolean;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "set_group";
            /**
             * Title
             * @default
             */
            readonly title?: string;
        };
        /**
         * SetLayoutEdit
         * @description Put blocks somewhere; null lets one go back to wherever there is room. The others stay.
         */
        readonly SetLayoutEdit: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "set_layout";
            /** Spots */
            readonly spots: {
                readonly [key: string]: components["schemas"]["Point"] | null;
            };
        };
        /**
         * SetLimitsEdit
         * @description Give a block its retries and timeout.
         */
        readonly SetLimitsEdit: {
            /**
             * Attempts
             * @default 1
             */
            readonly attempts?: number;
            /** Block */
            readonly block: string;
            /**
             * Delay S
             * @default 0
             */
            readonly delay_s?: number;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "set_limits";
            /**
             * Timeout S
             * @default null
             */
            readonly timeout_s?: number | null;
        };
        /**
         * SetParamsEdit
         * @description Give a block all its own params.
         */
        readonly SetParamsEdit: {
            /** Block */
            readonly block: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "set_params";
            /** Params */
            readonly params: {
                readonly [key: string]: unknown;
            };
        };
        /**
         * SetRulesEdit
         * @description Give a block how its delays grow, what follows its failure, when it runs and its memory.
         */
        readonly SetRulesEdit: {
            /** @default constant */
            readonly backoff?: components["schemas"]["Backoff"];
            /** Block */
            readonly block: string;
            /**
             * Jitter
             * @default 0
             */
            readonly jitter?: number;
            /**
             * Memory Bytes
             * @default null
             */
            readonly memory_bytes?: number | null;
            /** @default skip */
            readonly on_failure?: components["schemas"]["OnFailure"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "set_rules";
            /**
             * When
             * @default
             */
            readonly when?: string;
        };
        /**
         * SetUpstreamEdit
         * @description Give a block all its upstreams, in order.
         */
        readonly SetUpstreamEdit: {
            /** Block */
            readonly block: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "set_upstream";
            /** Upstream */
            readonly upstream: readonly string[];
        };
        /**
         * SeveralEdits
         * @description Make edits one after the other, all of them or none.
         */
        readonly SeveralEdits: {
            /** Edits */
            readonly edits: readonly (components["schemas"]["AddBlockEdit"] | components["schemas"]["RemoveBlockEdit"] | components["schemas"]["RenameBlockEdit"] | components["schemas"]["ConnectEdit"] | components["schemas"]["DisconnectEdit"] | components["schemas"]["SetUpstreamEdit"] | components["schemas"]["SetParamsEdit"] | components["schemas"]["SetLimitsEdit"] | components["schemas"]["SetRulesEdit"] | components["schemas"]["SetChartsEdit"] | components["schemas"]["SetDescriptionEdit"] | components["schemas"]["SetLayoutEdit"] | components["schemas"]["SetGroupEdit"] | components["schemas"]["RemoveGroupEdit"] | components["schemas"]["PasteBlocksEdit"])[];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "several";
        };
        /**
         * Severity
         * @description Whether a text will fail for it, or is only not as it should be.
         * @enum {string}
         */
        readonly Severity: "error" | "warning";
        /**
         * SignedIn
         * @description The key that each request sends as `X-Flowstone-Key`, beside the session's cookie.
         */
        readonly SignedIn: {
            /** Key */
            readonly key: string;
        };
        /**
         * SignIn
         * @description The one-time token of a start-up link, or the password of a server that has one.
         */
        readonly SignIn: {
            /**
             * Password
             * @default null
             */
            readonly password?: string | null;
            /**
             * Token
             * @default null
             */
            readonly token?: string | null;
        };
        /**
         * SocketError
         * @description A message that could not be understood; the socket stays open.
         */
        readonly SocketError: {
            readonly error: components["schemas"]["ErrorBody"];
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "error";
        };
        readonly SocketReply: components["schemas"]["Welcome"] | components["schemas"]["Pong"] | components["schemas"]["SocketError"] | components["schemas"]["ServerMessage"];
        /**
         * StageFiles
         * @description Take files into the next commit, or leave them out of it.
         */
        readonly StageFiles: {
            /** Is Staged */
            readonly is_staged: boolean;
            /** Paths */
            readonly paths: readonly string[];
        };
        /**
         * StartRun
         * @description Start a run. `blocks` empty is the whole pipeline; see `reuse` for what may be taken from store.
         */
        readonly StartRun: {
            /**
             * Blocks
             * @default []
             */
            readonly blocks?: readonly string[];
            /**
             * Downstream
             * @default false
             */
            readonly downstream?: boolean;
            /**
             * Only
             * @default false
             */
            readonly only?: boolean;
            /**
             * Params
             * @default {}
             */
            readonly params?: {
                readonly [key: string]: unknown;
            };
            /**
             * Profile
             * @default null
             */
            readonly profile?: string | null;
            /**
             * Reuse
             * @default editor
             * @enum {string}
             */
            readonly reuse?: "editor" | "pure" | "never";
            /**
             * Run
             * @default null
             */
            readonly run?: string | null;
        };
        /**
         * StatusChanged
         * @description Freshness of a pipeline's blocks may have changed: ask for its status again, with one's own profile and params.
         *
         *     It carries no freshness, for that differs with both: windows with different params would overwrite each other's.
         */
        readonly StatusChanged: {
            /** Pipeline */
            readonly pipeline: string;
            /** Project */
            readonly project: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "status_changed";
        };
        /**
         * Subscribe
         * @description Ask for a topic's messages: `project:ID`, or `logs:PROJECT/RUN`.
         */
        readonly Subscribe: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "subscribe";
            /** Topics */
            readonly topics: readonly string[];
        };
        /**
         * SwitchBranch
         * @description Check a branch out, or begin a new one.
         */
        readonly SwitchBranch: {
            /** Branch */
            readonly branch: string;
            /**
             * Is New
             * @default false
             */
            readonly is_new?: boolean;
        };
        /**
         * TableCondition
         * @description One test of one column. Values are text, as a person types them.
         */
        readonly TableCondition: {
            /** Column */
            readonly column: string;
            /**
             * Match Case
             * @default false
             */
            readonly match_case?: boolean;
            readonly test: components["schemas"]["Test"];
            /** Values */
            readonly values?: readonly string[];
        };
        /**
         * TableDifferenceView
         * @description How a table differs from an earlier one, by a key; an empty key is none, and then whole rows are counted.
         */
        readonly TableDifferenceView: {
            /** Added */
            readonly added: number;
            /** Changed */
            readonly changed: number;
            /** Columns */
            readonly columns: readonly components["schemas"]["ColumnChangeView"][];
            /** Is Key Unique */
            readonly is_key_unique: boolean;
            /** Key */
            readonly key: readonly string[];
            /** Removed */
            readonly removed: number;
            /** Rows After */
            readonly rows_after: number;
            /** Rows Before */
            readonly rows_before: number;
        };
        /**
         * TableFilter
         * @description Which rows: those for which all of it holds.
         */
        readonly TableFilter: {
            /** Conditions */
            readonly conditions?: readonly components["schemas"]["TableCondition"][];
            /**
             * Expression
             * @default
             */
            readonly expression?: string;
            /**
             * Search
             * @default
             */
            readonly search?: string;
        };
        /**
         * TableSort
         * @description A column to sort by.
         */
        readonly TableSort: {
            /** Column */
            readonly column: string;
            /**
             * Descending
             * @default false
             */
            readonly descending?: boolean;
        };
        /**
         * TableSummary
         * @description What some columns of a table hold.
         */
        readonly TableSummary: {
            /** Columns */
            readonly columns: readonly components["schemas"]["ColumnSummaryView"][];
        };
        /**
         * TableView
         * @description Rows that pass a filter, in an order.
         */
        readonly TableView: {
            /**
             * @default {
             *       "conditions": [],
             *       "expression": "",
             *       "search": ""
             *     }
             */
            readonly filter?: components["schemas"]["TableFilter"];
            /** Sort */
            readonly sort?: readonly components["schemas"]["TableSort"][];
        };
        /**
         * Test
         * @description What a condition asks of a column's value.
         * @enum {string}
         */
        readonly Test: "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "between" | "one_of" | "contains" | "not_contains" | "starts" | "ends" | "regex" | "missing" | "present";
        /**
         * TextEditView
         * @description Other text in place of what is between two offsets. Units: UTF-16 code units from the text's beginning.
         */
        readonly TextEditView: {
            /** End */
            readonly end: number;
            /** Start */
            readonly start: number;
            /** Text */
            readonly text: string;
        };
        /**
         * TopValueView
         * @description A value and how often it is there; null is none.
         */
        readonly TopValueView: {
            /** Count */
            readonly count: number;
            /** Value */
            readonly value: string | null;
        };
        /**
         * TreeEntryView
         * @description A file or folder of the project.
         */
        readonly TreeEntryView: {
            /** Is Editable */
            readonly is_editable: boolean;
            /** Is Folder */
            readonly is_folder: boolean;
            /** Modified At */
            readonly modified_at: number;
            /** Path */
            readonly path: string;
            /** Size Bytes */
            readonly size_bytes: number;
        };
        /**
         * TrialStepView
         * @description One thing that was tried: what came of it, and what to do next.
         */
        readonly TrialStepView: {
            /** Code */
            readonly code: string;
            /** Hint */
            readonly hint: string;
            /** Message */
            readonly message: string;
            /**
             * State
             * @enum {string}
             */
            readonly state: "ok" | "failed" | "noted";
            /** What */
            readonly what: string;
        };
        /**
         * TryConnection
         * @description Try a connection that is there, or with `type` one that is only written in a form.
         */
        readonly TryConnection: {
            /**
             * Keeps
             * @default []
             */
            readonly keeps?: readonly string[];
            /** Name */
            readonly name: string;
            /** Options */
            readonly options?: {
                readonly [key: string]: unknown;
            };
            /** Profile */
            readonly profile: string;
            /**
             * Type
             * @default null
             */
            readonly type?: string | null;
        };
        /**
         * TryView
         * @description An attempt that did not last.
         */
        readonly TryView: {
            /** Attempt */
            readonly attempt: number;
            /**
             * Because
             * @default
             */
            readonly because: string;
            /** Ended At */
            readonly ended_at: number | null;
            readonly failure: components["schemas"]["FailureView"] | null;
            /** Started At */
            readonly started_at: number | null;
            readonly state: components["schemas"]["BlockState"];
        };
        /**
         * Unsubscribe
         * @description Ask for a topic's messages no longer.
         */
        readonly Unsubscribe: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly op: "unsubscribe";
            /** Topics */
            readonly topics: readonly string[];
        };
        /**
         * Uploaded
         * @description A file that came in whole; `undo` takes it away again, `replaced` is what made way for it.
         */
        readonly Uploaded: {
            /** Path */
            readonly path: string;
            readonly replaced: components["schemas"]["DeletedFile"] | null;
            /** Size Bytes */
            readonly size_bytes: number;
            /** Undo */
            readonly undo: components["schemas"]["MoveFile"] | components["schemas"]["DeleteFile"] | components["schemas"]["RestoreFile-Output"] | components["schemas"]["MakeFolder"];
        };
        /**
         * UsageView
         * @description What a block's last attempt took of the machine, all its processes together.
         */
        readonly UsageView: {
            /** Bytes */
            readonly bytes: number | null;
            /** Cpu S */
            readonly cpu_s: number;
            /** Peak Memory Bytes */
            readonly peak_memory_bytes: number | null;
            /** Rows */
            readonly rows: number | null;
        };
        /**
         * Welcome
         * @description The answer to hello. With `resumed` false the client must fetch what it shows anew.
         */
        readonly Welcome: {
            /** Epoch */
            readonly epoch: string;
            /** Resumed */
            readonly resumed: boolean;
            /** Seq */
            readonly seq: number;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly type: "welcome";
        };
        /**
         * WiredBlock
         * @description A block of a run's pipeline and what it read, as it was then.
         */
        readonly WiredBlock: {
            /** File */
            readonly file: string;
            /** Id */
            readonly id: string;
            readonly kind: components["schemas"]["BlockKind"];
            /** Upstream */
            readonly upstream: readonly string[];
        };
        /**
         * WriteSecret
         * @description A secret's value: taken, and never given back.
         */
        readonly WriteSecret: {
            /** Value */
            readonly value: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    readonly health: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Say that the server is there. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Health"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_library: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description List the ready-made blocks. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Library"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly make_link: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Make a one-time token for a start link; for commands on this machine, with the server's control key. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["LinkToken"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly openapi: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description This document. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": unknown;
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly list_projects: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description List the open projects. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["ProjectSummary"][];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_project: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Show a project's page. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ProjectView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_connections: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Show the connections of every profile, the forms of their types, and which secrets there are. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ConnectionsView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly plan_connection: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SetConnection"] | components["schemas"]["RemoveConnection"];
            };
        };
        readonly responses: {
            /** @description Say how connections.yaml would read after an edit; it is saved as any file is. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ConnectionPlan"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly try_connection: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["TryConnection"];
            };
        };
        readonly responses: {
            /** @description Try a connection in a process of its own, and name what is missing. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ConnectionTried"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly list_files: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description List the project's files. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FileList"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_file: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A file's path below the project's root. */
                readonly path: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Read a text file. */
            readonly 200: {
                headers: {
                    readonly ETag: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FileView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly save_file: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                readonly "If-Match"?: string;
                readonly "If-None-Match"?: "*";
            };
            readonly path: {
                /** @description A file's path below the project's root. */
                readonly path: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SaveFile"];
            };
        };
        readonly responses: {
            /** @description Save a text file, or with `If-None-Match: *` begin one. */
            readonly 200: {
                headers: {
                    readonly ETag: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FileSaved"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly format_code: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CodeText"];
            };
        };
        readonly responses: {
            /** @description Format a Python text as it stands in an editor; nothing is saved. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FormattedCode"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_git: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Say how the project stands to its Git repository. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["GitStanding"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_commit: {
        readonly parameters: {
            readonly query?: {
                /** @description Its hash. */
                readonly commit?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Show what a commit changed of the project. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["GitDifference"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly list_commits: {
        readonly parameters: {
            readonly query?: {
                /** @description How many at most. */
                readonly limit?: number;
                /** @description How many of the newest to pass over. */
                readonly skip?: number;
            };
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description List the commits that touched the project, newest first. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["CommitView"][];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly make_commit: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["MakeCommit"];
            };
        };
        readonly responses: {
            /** @description Commit what is staged. Hooks do not run. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["GitStanding"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_git_difference: {
        readonly parameters: {
            readonly query?: {
                /** @description The file; all of the project's if left out. */
                readonly path?: string;
                /** @description 1: what is staged; 0: what is not. */
                readonly staged?: number;
            };
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Show what differs from the last commit, of one file or of all. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["GitDifference"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly make_repository: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Make a repository in the project's folder. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["GitStanding"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly stage_files: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["StageFiles"];
            };
        };
        readonly responses: {
            /** @description Take files into the next commit, or leave them out of it. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["GitStanding"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly switch_branch: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SwitchBranch"];
            };
        };
        readonly responses: {
            /** @description Check a branch out, or begin a new one. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["GitStanding"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly lint: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["CodeText"];
            };
        };
        readonly responses: {
            /** @description Say what is wrong in a text as it stands in an editor. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["LintReport"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly import_notebook: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ImportNotebook"];
            };
        };
        readonly responses: {
            /** @description Make a pipeline of a Jupyter notebook. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["NotebookImported"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_output: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The hash of an output's content. */
                readonly hash: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Describe a stored output. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["OutputView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly draw_chart: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The hash of an output's content. */
                readonly hash: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ChartQuery"];
            };
        };
        readonly responses: {
            /** @description Say what a chart of a table draws: its points, aggregated, at most a few thousand. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ChartPoints"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_difference: {
        readonly parameters: {
            readonly query?: {
                /** @description Columns that name a row, each percent-encoded, with commas between; found if left out. */
                readonly key?: string;
                /** @description `none` counts whole rows instead. */
                readonly keyed?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description The hash of an earlier output's content. */
                readonly before: string;
                /** @description The hash of an output's content. */
                readonly hash: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Say how a table differs from an earlier one: rows that came, went and changed, and in which columns. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TableDifferenceView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_difference_rows: {
        readonly parameters: {
            readonly query?: {
                /** @description Names as in `key`; the first 100 if left out. */
                readonly columns?: string;
                /** @description Columns that name a row, each percent-encoded, with commas between; found if left out. */
                readonly key?: string;
                /** @description `none` counts whole rows instead. */
                readonly keyed?: string;
                /** @description How many rows at most. */
                readonly limit?: number;
                /** @description The first row. */
                readonly offset?: number;
                /** @description Only such rows. */
                readonly part?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description The hash of an earlier output's content. */
                readonly before: string;
                /** @description The hash of an output's content. */
                readonly hash: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Read a page of the rows in which two tables differ, as an Arrow IPC stream: their numbers `before` and `after`, and of each column `b`, `a` and `d` with its place: before, after, and whether they differ. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/vnd.apache.arrow.stream": string;
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly prepare_download: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The hash of an output's content. */
                readonly hash: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewDownload"];
            };
        };
        readonly responses: {
            /** @description Make a download ready, and say how large it will be; its `path` is then a link for this session. */
            readonly 201: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DownloadView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_rows: {
        readonly parameters: {
            readonly query?: {
                /** @description Keys, each percent-encoded, with commas between; the first 500 if left out. */
                readonly columns?: string;
                /** @description Which rows: a TableFilter as JSON. */
                readonly filter?: string;
                /** @description How many rows at most. */
                readonly limit?: number;
                /** @description The first row. */
                readonly offset?: number;
                /** @description Keys as in `columns`; a minus before one sorts it downwards. */
                readonly sort?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description The hash of an output's content. */
                readonly hash: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Read a window of a stored table as an Arrow IPC stream. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/vnd.apache.arrow.stream": string;
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_summary: {
        readonly parameters: {
            readonly query?: {
                /** @description Keys of at most 64 columns, each percent-encoded, with commas between. */
                readonly columns?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description The hash of an output's content. */
                readonly hash: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Say what some columns of a stored table hold: how many values, which, and how they lie. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["TableSummary"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_value: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The hash of an output's content. */
                readonly hash: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Read a stored JSON value; of a rich output or an object, what is shown of it. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": unknown;
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_picture: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A file's path below the project's root. */
                readonly path: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Read a picture as it is. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/octet-stream": string;
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly create_pipeline: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["NewPipeline"];
            };
        };
        readonly responses: {
            /** @description Begin an empty pipeline. */
            readonly 201: {
                headers: {
                    readonly ETag: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PipelineView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_pipeline: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A pipeline's id. */
                readonly pipeline: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Show a pipeline: its blocks, params and problems. */
            readonly 200: {
                headers: {
                    readonly ETag: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PipelineView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly try_block: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description The id of a block, or of an item of a mapped one. */
                readonly block: string;
                /** @description A pipeline's id. */
                readonly pipeline: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["EffectQuery"];
            };
        };
        readonly responses: {
            /** @description Try a block as it is saved, and what lies below it, on what is stored above: nothing is published. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["EffectView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly list_past_outputs: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page begins: `next` of the page before. */
                readonly before?: string;
                /** @description How many at most. */
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path: {
                /** @description The id of a block, or of an item of a mapped one. */
                readonly block: string;
                /** @description A pipeline's id. */
                readonly pipeline: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description List what a block gave in the runs of its pipeline, newest first. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PastOutputsPage"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_pipeline_changes: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A pipeline's id. */
                readonly pipeline: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Say which blocks differ from the last commit. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PipelineChanges"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly put_change: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "If-Match": string;
            };
            readonly path: {
                /** @description A pipeline's id. */
                readonly pipeline: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["Change"];
            };
        };
        readonly responses: {
            /** @description Make a change of a pipeline's YAML and block files, or take it back, and leave what others changed since. */
            readonly 200: {
                headers: {
                    readonly ETag: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["EditedPipeline"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly edit_pipeline: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "If-Match": string;
            };
            readonly path: {
                /** @description A pipeline's id. */
                readonly pipeline: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["EditRequest"];
            };
        };
        readonly responses: {
            /** @description Edit a pipeline's YAML. Adding a block also writes the block's file. */
            readonly 200: {
                headers: {
                    readonly ETag: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["EditedPipeline"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_fragment: {
        readonly parameters: {
            readonly query?: {
                /** @description Their ids, with commas between. */
                readonly blocks?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description A pipeline's id. */
                readonly pipeline: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Give blocks as a text for the clipboard. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FragmentView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly export_notebook: {
        readonly parameters: {
            readonly query?: {
                /** @description The profile of connections; the project's default if left out. */
                readonly profile?: string;
                /** @description As it was in this run, with what the run gave. */
                readonly run?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description A pipeline's id. */
                readonly pipeline: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Write a pipeline as a Jupyter notebook, with its fresh outputs; or one of its runs. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": unknown;
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly start_run: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A pipeline's id. */
                readonly pipeline: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["StartRun"];
            };
        };
        readonly responses: {
            /** @description Start a run. The same `run` twice starts one. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RunStarted"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly pause_schedule: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A pipeline's id. */
                readonly pipeline: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Let nothing of a pipeline start by itself. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ScheduleView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly resume_schedule: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A pipeline's id. */
                readonly pipeline: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Let a paused schedule go on from now. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ScheduleView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_source: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A pipeline's id. */
                readonly pipeline: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Show a pipeline's YAML as it is on disk. */
            readonly 200: {
                headers: {
                    readonly ETag: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FileView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly save_source: {
        readonly parameters: {
            readonly query?: never;
            readonly header: {
                readonly "If-Match": string;
            };
            readonly path: {
                /** @description A pipeline's id. */
                readonly pipeline: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SaveFile"];
            };
        };
        readonly responses: {
            /** @description Save a pipeline's YAML as text: also how an earlier one is put back. */
            readonly 200: {
                headers: {
                    readonly ETag: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PipelineView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_status: {
        readonly parameters: {
            readonly query?: {
                /** @description Values of the pipeline's params, a JSON object; defaults if left out. */
                readonly params?: string;
                /** @description The profile of connections; the project's default if left out. */
                readonly profile?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description A pipeline's id. */
                readonly pipeline: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Say which outputs still count, and which run goes on. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PipelineStatus"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly preview_file: {
        readonly parameters: {
            readonly query?: {
                /** @description How many rows at most. */
                readonly limit?: number;
                /** @description The first row. */
                readonly offset?: number;
            };
            readonly header?: never;
            readonly path: {
                /** @description A file's path below the project's root. */
                readonly path: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Read a window of a Parquet, CSV or JSON file as an Arrow IPC stream of texts. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/vnd.apache.arrow.stream": string;
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly list_runs: {
        readonly parameters: {
            readonly query?: {
                /** @description Where the page begins: `next` of the page before. */
                readonly before?: string;
                /** @description How many at most. */
                readonly limit?: number;
                /** @description Only this pipeline's. */
                readonly pipeline?: string;
                /** @description Only those in this state. */
                readonly state?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description List runs, newest first. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RunPage"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_run: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
                /** @description A run's id. */
                readonly run: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Show a run with its blocks. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RunView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly run_again: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
                /** @description A run's id. */
                readonly run: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["RunAgain"];
            };
        };
        readonly responses: {
            /** @description Do what a run did once more, on today's code: its blocks, params and profile. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RunStarted"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_logs: {
        readonly parameters: {
            readonly query?: {
                /** @description The `seq` after which to begin. */
                readonly after?: number;
                /** @description How many lines at most. */
                readonly limit?: number;
            };
            readonly header?: never;
            readonly path: {
                /** @description The id of a block, or of an item of a mapped one. */
                readonly block: string;
                /** @description A project's id. */
                readonly project: string;
                /** @description A run's id. */
                readonly run: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Read what a block printed. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["LogPage"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_code: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
                /** @description A run's id. */
                readonly run: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Say what a run's code was. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RunCode"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_code_file: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A file's path below the project's root. */
                readonly path: string;
                /** @description A project's id. */
                readonly project: string;
                /** @description A run's id. */
                readonly run: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Show a file as it was in a run, and as it is now. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CodeThenAndNow"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly keep_run: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
                /** @description A run's id. */
                readonly run: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["KeepRun"];
            };
        };
        readonly responses: {
            /** @description Keep a run whatever the project's limits say, or no longer. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RunView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly resume_run: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
                /** @description A run's id. */
                readonly run: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Take a run up again: what did not succeed, and what follows it. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["RunView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly stop_run: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
                /** @description A run's id. */
                readonly run: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Stop a run that goes on. */
            readonly 202: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly add_sample: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Put the sample pipeline, its blocks and its data into a project that has no pipeline. */
            readonly 201: {
                headers: {
                    readonly ETag: string;
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PipelineView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly list_schedules: {
        readonly parameters: {
            readonly query?: {
                /** @description How many of the next times. */
                readonly next?: number;
                /** @description Only this pipeline's. */
                readonly pipeline?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Say when pipelines run by themselves, and what became of the last times. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["ScheduleView"][];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly search_files: {
        readonly parameters: {
            readonly query?: {
                /** @description 1: capital letters count. */
                readonly case?: number;
                /** @description 1: it is a regular expression. */
                readonly regex?: number;
                /** @description What to look for. */
                readonly text?: string;
            };
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Search in the names and the texts of the project's files. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FileFindings"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly write_secret: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
                /** @description A secret's name. */
                readonly secret: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["WriteSecret"];
            };
        };
        readonly responses: {
            /** @description Keep a secret under a name; it is never given back. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ConnectionsView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly delete_secret: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
                /** @description A secret's name. */
                readonly secret: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Forget a secret. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ConnectionsView"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly read_tree: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description List files and folders. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FileTree"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly list_deleted: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description List what was deleted here and can be put back, the newest first. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["DeletedFile"][];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly edit_files: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["FileEditRequest"];
            };
        };
        readonly responses: {
            /** @description Move or delete a file or folder, make a folder, or put back what was deleted. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["FilesEdited"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly take_in: {
        readonly parameters: {
            readonly query?: {
                /** @description 1: a file that is there goes to the trash for it. */
                readonly replace?: number;
            };
            readonly header?: never;
            readonly path: {
                /** @description A file's path below the project's root. */
                readonly path: string;
                /** @description A project's id. */
                readonly project: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/octet-stream": string;
            };
        };
        readonly responses: {
            /** @description Bring a data file in: its content is the body, written to disk as it comes. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Uploaded"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly sign_in: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["SignIn"];
            };
        };
        readonly responses: {
            /** @description Turn a start link's one-time token into a session: a cookie, and a key to send as a header. */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
    readonly sign_out: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description End the session, its sockets too. */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What went wrong. */
            readonly default: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ErrorReply"];
                };
            };
        };
    };
}
