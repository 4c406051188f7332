// npm run chaos -- --events 10000 --seed 7
import { parseArgs } from 'node:util';
import { chaos } from './run.ts';

const MOST_TOLD = 50;

const { values } = parseArgs({
  options: { events: { type: 'string', default: '10000' }, seed: { type: 'string', default: '7' } },
});
const events = Number(values.events);
const seed = Number(values.seed);
if (!Number.isInteger(events) || events < 1 || !Number.isInteger(seed)) {
  console.error('usage: npm run chaos -- [--events 10000] [--seed 7]');
  process.exit(2);
}

console.log(`seed ${seed}, ${events} events`);
const outcome = await chaos({ events, seed, say: (line) => console.error(line) });
const { lost, doubled, survived, requests, seconds, repeats } = outcome;
const width = Math.max(...[...survived.keys()].map((name) => name.length));
for (const [name, count] of [...survived].sort(([a], [b]) => a.localeCompare(b)))
  console.log(`${name.padEnd(width)} ${count}`);
console.log(`${repeats} messages came again and became no event of their own`);
console.log(`${requests} requests, ${(requests / events).toFixed(2)} an event`);
console.log(`${seconds.toFixed(0)} s, ${(events / seconds).toFixed(0)} events a second`);
for (const [what, which] of Object.entries({ lost, doubled })) {
  for (const id of which.slice(0, MOST_TOLD)) console.log(`${what}: ${id}`);
  if (which.length > MOST_TOLD) console.log(`${what}: ${which.length - MOST_TOLD} more`);
}
console.log(`lost ${lost.length} doubled ${doubled.length}`);
process.exit(lost.length + doubled.length === 0 ? 0 : 1);
