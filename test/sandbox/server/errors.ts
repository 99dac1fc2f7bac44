/** An error with the code, status and message of the real service; each service renders it in its own format. */
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

/** The client or a fault has closed the connection; no response can be sent. */
export class ConnectionClosed extends Error {
  constructor() {
    super('connection closed');
  }
}
