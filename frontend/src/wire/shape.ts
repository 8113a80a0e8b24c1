/** What a JSON value must look like, as the OpenAPI document says it; a name ending in "?" may be left out. */
export type Shape =
  | "string"
  | "number"
  | "boolean"
  | "null"
  | "unknown"
  | readonly ["ref", string]
  | readonly ["one", ...(string | number | boolean)[]]
  | readonly ["any", ...Shape[]]
  | readonly ["list", Shape]
  | readonly ["map", Shape]
  | readonly ["object", { readonly [field: string]: Shape }];
