/** Something that holds a resource until it is told to let go. Structurally the same as VS Code's `Disposable`. */
export interface Disposable {
  dispose(): void;
}
