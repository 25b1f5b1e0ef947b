import test from 'ava';

import {
  formatBytes,
  formatChange,
  formatDuration,
  formatRate,
  formatThroughput,
  formatTime,
  formatValue,
} from '../../../src/report/text/format.js';

test('times have Criterion’s units and decimals', (t) => {
  const cases: [number, string][] = [
    [0, '0.0000 ps'],
    [0.45, '450.00 ps'],
    [3.7310012, '3.7310 ns'],
    [17.6571, '17.657 ns'],
    [999.99, '999.99 ns'],
    [6830.6, '6.8306 µs'],
    [35_231_000, '35.231 ms'],
    [1.5e9, '1.5000 s'],
    [12_345e9, ' 12345 s'],
  ];
  t.deepEqual(
    cases.map(([ns]) => formatTime(ns)),
    cases.map(([, text]) => text),
  );
});

test('throughput scales bytes by 1024 and elements by 1000', (t) => {
  t.is(formatThroughput({ bytes: 40_000 }, 6830.6), '5.4538 GiB/s');
  t.is(formatThroughput({ bytes: 1 }, 1e9), '1.0000   B/s');
  t.is(formatThroughput({ elements: 10 }, 1e6), '10.000 Kelem/s');
  t.is(formatThroughput({ elements: 1 }, 1e8), '10.000  elem/s');
});

test('changes carry a sign, minus being U+2212', (t) => {
  t.is(formatChange(-0.0234), '\u22122.3400%');
  t.is(formatChange(0.0012), '+0.1200%');
  t.is(formatChange(0.17657), '+17.657%');
  t.is(formatChange(0), '+0.0000%');
});

test('durations are rounded up, never down', (t) => {
  t.is(formatDuration(5e9), '5.0s');
  t.is(formatDuration(5.01e9), '5.1s');
  t.is(formatDuration(0.2e9), '200.0ms');
});

// The guide's own figures: 2.35 µs are about 426,000 a second, 246.92 µs about 4,050.
test('rates have three digits', (t) => {
  t.is(formatRate(2350), '426,000/s');
  t.is(formatRate(246_920), '4,050/s');
  t.is(formatRate(4e9), '0.25/s');
});

test('values are written in their unit', (t) => {
  t.is(formatBytes(512 * 1024), '512 KiB');
  t.is(formatBytes(-12), '\u221212 B');
  t.is(formatValue(-3.5, 'ns'), '\u22123.5000 ns');
  t.is(formatValue(0.98765, 'ratio'), '0.9877 ×');
  t.is(formatValue(95.5, 'percent'), '95.5 %');
  t.is(formatValue(12_345, 'count'), '12,345');
  t.is(formatValue(1500, 'ns/KB'), '1,500 ns/KB');
  t.is(formatValue(2.5, 'GB/s'), '2.5 GB/s');
});
