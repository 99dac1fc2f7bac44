// Leaves out 4 KB of node-fetch that read answers of the type multipart/form-data: neither EDAS nor STS gives any, and
// `Response.formData()` is never called.

/** @type {import('esbuild').Plugin} */
export const withoutFormAnswers = {
  name: 'without form answers',
  setup(build) {
    build.onLoad({ filter: /node-fetch[\\/]src[\\/]utils[\\/]multipart-parser\.js$/ }, () => ({
      contents: 'export function toFormData() { throw new TypeError("Forms are not read."); }',
    }));
  },
};
