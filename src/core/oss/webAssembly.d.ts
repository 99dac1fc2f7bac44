/** WebAssembly that the build assembles from its source text. */
declare module '*.wat' {
  const code: Uint8Array<ArrayBuffer>;
  export default code;
}

/** What we use of it; TypeScript has its types only together with those of a browser. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  function instantiate(code: Uint8Array<ArrayBuffer>): Promise<{ readonly instance: Instance }>;
}
