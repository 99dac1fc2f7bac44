import { visit } from 'jsonc-parser';

/** Where a text stops being JSON, counted from 1; empty when it is JSON. For files that must not be quoted. */
export function placeOfFault(text: string): { line?: number; column?: number } {
  let place: { line: number; column: number } | undefined;
  visit(
    text,
    {
      onError: (_error, _offset, _length, line, column) => {
        place ??= { line: line + 1, column: column + 1 };
      },
    },
    { disallowComments: true },
  );
  return place ?? {};
}
