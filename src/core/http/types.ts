/** A request as it goes on the wire. Nothing is added to the URL, and redirects are never followed. */
export interface HttpRequest {
  readonly method: 'DELETE' | 'GET' | 'HEAD' | 'POST' | 'PUT';
  /** Absolute and already percent-encoded; https, or http to a loopback host. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | HttpBody;
  readonly signal?: AbortSignal;
  /**
   * The request fails as `network.stalled` after so many ms without a byte in either direction; the answer to a body
   * of size is waited for up to twice as long. Default 30,000.
   */
  readonly stallMs?: number;
  /**
   * A response that is read whole fails as `network.stalled` when it takes longer than this, so that a server that
   * sends a byte now and then does not hold the request for ever. Counts from the head of the response when the body
   * of the request is large, else from the start. ms; default 120,000.
   */
  readonly deadlineMs?: number;
  /** A longer answer fails as `answer.tooLarge`. Bytes; default 1 MiB. */
  readonly maxAnswerBytes?: number;
}

/** A body of known length that is made slice by slice while it is sent. */
export interface HttpBody {
  /** Exact length, bytes. It goes out as Content-Length. */
  readonly length: number;
  /**
   * The bytes, in order. The sender asks for the next slice only when the last one has left, so a slice's memory may
   * be used again then. Called once per attempt.
   */
  slices(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Told when so many bytes have been handed to the network. */
  onSent?(bytes: number): void;
}

/** An answer whose body was read whole. */
export interface HttpResponse {
  readonly status: number;
  /** Value of a header, names in any case. */
  header(name: string): string | undefined;
  readonly body: Buffer;
}

/** An answer whose body is read while it arrives. Leaving the iteration early closes the connection. */
export interface HttpStream {
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * The one way to send a request. Failures on the way are `CodedError`s with `network.*` and `answer.*` codes, the
 * system's error chained as cause; an aborted signal rejects with an `AbortError` and closes the socket at once.
 * Any HTTP status is an answer, not a failure.
 */
export interface HttpClient {
  send(request: HttpRequest): Promise<HttpResponse>;
  stream(request: HttpRequest): Promise<HttpStream>;
}
