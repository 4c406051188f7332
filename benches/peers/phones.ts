// Whether two texts are the same number, by peers; ours is told natively by `cargo bench`.
import { report, short } from '../report.ts';
import { race } from '../timing.ts';
import { phoneOf } from './hand.ts';
import { agrees, peers } from './peer.ts';

/** As `benches/core.rs` asks. */
const PAIR = ['+38 (067) 111-22-33', '067 111 22 33'] as const;
const OTHER = '067 111 22 34';

const contenders: Record<string, (one: string, other: string) => boolean> = {
  'written by hand': (one, other) => phoneOf(one)?.e164 === phoneOf(other)?.e164,
};
for (const { name, same } of await peers()) if (same) contenders[name] = same;
for (const [name, same] of Object.entries(contenders)) {
  agrees(name, [same(...PAIR), same(PAIR[0], OTHER)], [true, false]);
}
const spent = await race(
  Object.fromEntries(Object.entries(contenders).map(([name, same]) => [name, () => same(...PAIR)])),
);
const limits: Record<string, string> = {
  'written by hand': 'Ukraine only',
  'libphonenumber-js': 'one number in a text; ours finds several',
};
report(
  Object.entries(spent).map(([name, measured]) => ({
    what: `are two phones the same: ${name}`,
    measured: `${short(measured)} µs`,
    limit: limits[name] ?? '',
  })),
);
