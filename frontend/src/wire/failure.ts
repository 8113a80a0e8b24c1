import { decode, isRecord } from "./decode";
import type { ErrorBody } from "./schemas";

export type Reply =
  | { readonly status: "offline" }
  | { readonly status: "refused"; readonly code: number; readonly error: ErrorBody };

/** A request that did not get what it asked for, with words for the person at the screen. */
export class RequestFailed extends Error {
  override readonly name = "RequestFailed";
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(reply.status === "offline" ? "The server cannot be reached." : reply.error.message);
    this.reply = reply;
  }

  get statusCode(): number {
    return this.reply.status === "offline" ? 0 : this.reply.code;
  }

  get code(): string {
    return this.reply.status === "offline" ? "offline" : this.reply.error.code;
  }

  get hint(): string {
    return this.reply.status === "offline" ? "It may have been stopped. Start it again with `flowstone start`." : this.reply.error.hint;
  }
}

/** Return what a refusal says, in the one shape of errors, or in words of our own where it says nothing. */
export function errorOf(statusCode: number, body: unknown): ErrorBody {
  if (isRecord(body) && "error" in body) {
    try {
      return decode("ErrorReply", body).error;
    } catch {
      return unexplained(statusCode);
    }
  }
  return unexplained(statusCode);
}

function unexplained(statusCode: number): ErrorBody {
  return { code: "http", message: `The server answered ${statusCode} and said no more.`, details: {}, hint: "" };
}

export function hasStatus(error: unknown, statusCode: number): error is RequestFailed {
  return error instanceof RequestFailed && error.statusCode === statusCode;
}

export function hasCode(error: unknown, code: string): error is RequestFailed {
  return error instanceof RequestFailed && error.code === code;
}
