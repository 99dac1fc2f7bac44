// Node has had these since version 20; node-fetch brings its own for older ones.
const { Blob, File, FormData } = globalThis;
module.exports = { __esModule: true, default: Blob, Blob, File, FormData };
