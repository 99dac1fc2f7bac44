/** A request as it is sent. Nothing is added to the URL, and redirects are never followed. */
export interface HttpRequest {
  readonly method: 'DELETE' | 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** Absolute and already percent-encoded; https, or http to a loopback host. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | HttpBody;
  readonly signal?: AbortSignal;
  /**
   * The request fails as `network.stalled` after so many ms without a byte in either direction; after a large body up to
   * twice as long. Default 30,000.
   */
  readonly stallMs?: number;
  /**
   * A response that is read whole fails as `network.stalled` when it takes longer than this, so that a server that
   * sends a byte now and then does not hold the request for ever. Counts from the head of the response when the body
   * of the request is large, else from the start. ms; default 120,000.
   */
  readonly deadlineMs?: number;
  /** A longer response fails as `response.tooLarge`. Bytes; default 1 MiB. */
  readonly maxResponseBytes?: number;
  /** The request changes something although its method may say otherwise: it is never sent a second time. */
  readonly sendOnce?: boolean;
}

/** A body of known length that is made slice by slice while it is sent. */
export interface HttpBody {
  /** Exact length, bytes; sent as Content-Length. */
  readonly length: number;
  /**
   * The bytes, in order. The sender takes the next slice only when the previous one has been written, so its memory may
   * be reused then. Called once per attempt.
   */
  slices(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Called when so many more bytes have been handed to the network. */
  onSent?(bytes: number): void;
}

/** A response with its whole body. */
export interface HttpResponse {
  readonly status: number;
  /** Value of a header, names in any case. */
  header(name: string): string | undefined;
  readonly body: Buffer;
}

/** A response whose body is read while it arrives. Leaving the iteration early closes the connection. */
export interface HttpStream {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * The one way to send a request. Network failures are `CodedError`s with `network.*` and `response.*` codes, the
 * system's error chained as cause; an aborted signal rejects with an `AbortError` and closes the socket at once.
 * Any HTTP status is a response, not a failure.
 */
export interface HttpClient {
  send(request: HttpRequest): Promise<HttpResponse>;
  stream(request: HttpRequest): Promise<HttpStream>;
}
