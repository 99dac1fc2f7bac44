// zlib has had it since Node 20.15; yazl brings another for older versions.
const { crc32 } = require('node:zlib');
module.exports = { unsigned: crc32 };
