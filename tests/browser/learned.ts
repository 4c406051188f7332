// What the project knows because a call told of it.
import { until } from '../edge/harness.ts';
import type { Desk } from './harness.ts';

/** A missed call, and the directory once it knows what the call told. */
export async function learned(
  desk: Desk,
  call: Record<string, unknown>,
  shelf: 'lines' | 'pools',
): Promise<void> {
  await desk.world.rotate();
  await desk.world.webhook({
    uniqueid: 'ua1_-1795417200.1',
    call_type: 'in',
    caller: '380502222222',
    disposition: 'NO ANSWER',
    ...call,
  });
  await until(`${shelf} are known`, async () => {
    const directory = (await (await desk.world.call('GET', '/directory')).json()) as {
      ringostat: Record<typeof shelf, unknown[]>;
    };
    return directory.ringostat[shelf].length > 0;
  });
}
