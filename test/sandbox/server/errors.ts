/** A refusal with the code, status and words of the real service; each service renders it in its own shape. */
export class ServiceError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly more: {
      /** OSS's fine-grained code, for instance `0002-00000040`. */
      readonly ec?: string;
      /** Further elements of OSS's error document. */
      readonly elements?: Readonly<Record<string, string>>;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
  }
}

/** The client closed the connection, or a fault did; nothing can be answered. */
export class ConnectionGone extends Error {
  constructor() {
    super('connection gone');
  }
}
