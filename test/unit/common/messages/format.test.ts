import assert from 'node:assert/strict';
import {
  formatElapsed,
  formatBytes,
  formatClock,
  formatTime,
  formatShortDuration,
  formatDuration,
  spokenDuration,
} from '../../../../src/common/messages/format';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

function table<T>(name: string, format: (value: T) => string, cases: readonly [T, string][]): void {
  for (const [value, expected] of cases) {
    it(`${name}(${String(value)}) returns “${expected}”`, () => {
      assert.equal(format(value), expected);
    });
  }
}

describe('Formatting', () => {
  table('formatBytes', formatBytes, [
    [0, '0 B'],
    [1, '1 B'],
    [1023, '1023 B'],
    [1024, '1.0 KB'],
    [1024 * 1024 - 1, '1.0 MB'],
    [13_526_630, '12.9 MB'],
    [5 * 1024 ** 3, '5.0 GB'],
    [48.8 * 1024 ** 4, '48.8 TB'],
    [3000 * 1024 ** 4, '3000.0 TB'],
  ]);
  table('formatDuration', (ms: number) => formatDuration(ms), [
    [-1, '0 s'],
    [0, '0 s'],
    [1, '1 s'],
    [second, '1 s'],
    [59_001, '1 m 0 s'],
    [42 * minute + 10 * second, '42 m 10 s'],
    [hour - 1, '1 h 0 m 0 s'],
    [hour + 5 * second, '1 h 0 m 5 s'],
    [12 * hour, '12 h 0 m 0 s'],
  ]);
  table('formatShortDuration', (ms: number) => formatShortDuration(ms), [
    [42 * minute + 10 * second, '42m'],
    [42 * minute - 500, '42m'],
    [42 * minute - second, '41m'],
    [2 * hour + 5 * minute, '2h 5m'],
    [30 * second, '0m'],
  ]);
  table('formatClock', formatClock, [
    [4 * minute + 59 * second, '04:59'],
    [4 * minute + 58_001, '04:59'],
    [1, '00:01'],
    [0, '00:00'],
    [hour + 2 * minute + 3 * second, '1:02:03'],
  ]);
  table('formatElapsed', (ms: number) => formatElapsed(ms), [
    [0, '1 m'],
    [3 * minute + 59 * second, '3 m'],
    [hour, '1 h'],
    [23 * hour, '23 h'],
    [49 * hour, '2 d'],
  ]);
  table('spokenDuration', (ms: number) => spokenDuration(ms), [
    [0, 'less than a minute'],
    [minute - 1, 'less than a minute'],
    [minute, 'about 1 minute'],
    [9 * minute + 30 * second, 'about 9 minutes'],
    [42 * minute + 10 * second, 'about 40 minutes'],
    [119 * minute, 'about 115 minutes'],
    [2 * hour + 40 * minute, 'about 2.5 hours'],
  ]);

  it('spokenDuration changes only every five minutes, so that screen readers do not speak each second', () => {
    const spoken = new Set<string>();
    for (let left = 45 * minute - second; left >= 40 * minute; left -= second) {
      spoken.add(spokenDuration(left));
    }
    assert.deepEqual([...spoken], ['about 40 minutes']);
  });

  it('formatTime uses a 24-hour clock, and adds the date only when it is not today', () => {
    const [midnight, noon] = [0, 12].map((hours) => new Date(2026, 2, 5, hours).getTime()) as [
      number,
      number,
    ];
    assert.match(formatTime(noon, noon, 'en'), /^12:00:00/);
    for (const locale of ['en', 'en-US', 'zh-cn', 'ja']) {
      assert.match(formatTime(midnight + 12 * 60_000, midnight, locale), /\b00:12:00/);
    }
    assert.match(formatTime(noon + 24 * hour, noon, 'en'), /Mar 6/);
  });
});
