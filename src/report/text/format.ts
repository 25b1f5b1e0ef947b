// How is a number written for people? Criterion's widths and decimals, so that its readers and parsers feel at home.
import type { Throughput, Unit } from '../../bench/suite/definition.js';

const MINUS = '\u2212';

/** Five significant digits or so: 4, 3, 2, 1 decimals below 10, 100, 1000, 10000, and none above. */
function short(value: number): string {
  if (value < 10) return value.toFixed(4);
  if (value < 100) return value.toFixed(3);
  if (value < 1000) return value.toFixed(2);
  if (value < 10_000) return value.toFixed(1);
  return value.toFixed(0);
}

function withUnit(value: number, unit: string): string {
  return `${short(value).padStart(6)} ${unit}`;
}

/** A time, such as `8.2456 ms`. @param ns - Nanoseconds, at least 0. */
export function formatTime(ns: number): string {
  if (ns < 1) return withUnit(ns * 1e3, 'ps');
  if (ns < 1e3) return withUnit(ns, 'ns');
  if (ns < 1e6) return withUnit(ns / 1e3, 'µs');
  if (ns < 1e9) return withUnit(ns / 1e6, 'ms');
  return withUnit(ns / 1e9, 's');
}

/** What an iteration of `ns` nanoseconds processes in a second, such as `5.4539 GiB/s`. */
export function formatThroughput(throughput: Throughput, ns: number): string {
  return 'bytes' in throughput
    ? scaled(throughput.bytes * (1e9 / ns), 1024, ['  B/s', 'KiB/s', 'MiB/s', 'GiB/s', 'TiB/s'])
    : scaled(throughput.elements * (1e9 / ns), 1000, [' elem/s', 'Kelem/s', 'Melem/s', 'Gelem/s']);
}

function scaled(value: number, base: number, units: readonly string[]): string {
  let step = 0;
  let rest = value;
  for (; rest >= base && step < units.length - 1; step++) rest /= base;
  return withUnit(rest, units[step] as string);
}

/** A relative change with its sign, such as `−2.3400%`. @param fraction - −0.0234 for that. */
export function formatChange(fraction: number): string {
  const percent = fraction * 100;
  return `${percent >= 0 ? '+' : MINUS}${short(Math.abs(percent))}%`.padStart(7);
}

/** A share such as `13.00%`. */
export function formatShare(fraction: number): string {
  return `${(fraction * 100).toFixed(2)}%`;
}

/** A stretch of time that people set, such as `5.0s` or `200.0ms`, never less than it is. @param ns - Nanoseconds. */
export function formatDuration(ns: number): string {
  const [unit, name] = ns < 1e9 ? [1e6, 'ms'] : [1e9, 's'];
  // A tenth is as fine as it gets; rounding noise such as 5.000000001 must not cost one.
  return `${(Math.ceil((ns / unit) * 10 - 1e-6) / 10).toFixed(1)}${name}`;
}

/** How often something that takes `ns` nanoseconds fits into a second, to three digits, such as `426,000/s`. */
export function formatRate(ns: number): string {
  return `${Number((1e9 / ns).toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 20 })}/s`;
}

/** Bytes, such as `512 KiB`. */
export function formatBytes(bytes: number): string {
  const sign = bytes < 0 ? MINUS : '';
  let rest = Math.abs(bytes);
  let step = 0;
  for (; rest >= 1024 && step < 3; step++) rest /= 1024;
  return `${sign}${Number(rest.toPrecision(4))} ${['B', 'KiB', 'MiB', 'GiB'][step] as string}`;
}

/** A derived value in its unit. */
export function formatValue(value: number, unit: Unit): string {
  switch (unit) {
    case 'ns':
      return value < 0 ? `${MINUS}${formatTime(-value).trim()}` : formatTime(value).trim();
    case 'bytes':
      return formatBytes(value);
    case 'ratio':
      return `${signed(value)} ×`;
    case 'percent':
      return `${signed(value)} %`;
    case 'ns/KB':
      return `${signed(value)} ns/KB`;
    case 'GB/s':
      return `${signed(value)} GB/s`;
    case 'count':
      return value.toLocaleString('en');
  }
}

function signed(value: number): string {
  return `${value < 0 ? MINUS : ''}${Math.abs(value).toLocaleString('en', { maximumSignificantDigits: 4 })}`;
}

/** `text` with a capital at its beginning. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
