// Recorder: `node docs/gate-study/record.mjs <gate.json> <recording.json.gz>` keeps what the study needs of a gate's report.
import { readFileSync, writeFileSync } from 'node:fs';
import { pack, record } from './recording.mjs';

const [from, to] = process.argv.slice(2);
writeFileSync(to, pack(record(JSON.parse(readFileSync(from, 'utf8')).evidence)));
