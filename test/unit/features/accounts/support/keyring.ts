type Listener = (event: { readonly key: string }) => unknown;

/** One keyring that several windows share. */
export class Keyring {
  readonly texts = new Map<string, string>();
  readonly listeners = new Set<Listener>();
  /** False: `store` succeeds without storing anything. */
  isPersistent = true;
  writes = 0;

  readonly get = (key: string): Promise<string | undefined> => Promise.resolve(this.texts.get(key));
  store = (key: string, text: string): Promise<void> => {
    this.writes++;
    if (this.isPersistent) {
      this.texts.set(key, text);
    }
    return this.notify(key);
  };
  readonly delete = (key: string): Promise<void> => {
    this.texts.delete(key);
    return this.notify(key);
  };
  readonly onDidChange = (listener: Listener): { dispose(): void } => {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  };

  private notify(key: string): Promise<void> {
    this.listeners.forEach((listener) => void listener({ key }));
    return Promise.resolve();
  }
}

/** VS Code’s Memento, which stores JSON. */
export class State {
  readonly values = new Map<string, unknown>();
  readonly keys = (): readonly string[] => [...this.values.keys()];
  readonly get = (key: string): undefined => this.values.get(key) as undefined;
  readonly update = (key: string, value: unknown): Promise<void> => {
    if (value === undefined) {
      this.values.delete(key);
    } else {
      this.values.set(key, JSON.parse(JSON.stringify(value)));
    }
    return Promise.resolve();
  };
}
