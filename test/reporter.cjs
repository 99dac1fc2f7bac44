// Mocha's spec report, and the counts as JSON in the file TEST_SUMMARY. Also used inside VS Code.
const { mkdirSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { format } = require('node:util');
const { reporters } = require('mocha');

// Inside VS Code the workbench writes to the same channel; the launcher recognizes the lines of the report by this mark.
const mark = process.env.TEST_LINE_MARK;
if (mark) {
  reporters.Base.consoleLog = (...args) => console.log(format(...args).replace(/^/gm, mark));
}

module.exports = class Reporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const file = process.env.TEST_SUMMARY;
    if (!file) return;
    runner.once('end', () => {
      const { passes, failures, pending } = runner.stats;
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
};
