// The runtime may reset a project's object while everything else in its process lives on (at a failure of its storage,
// say): what was under way then never ends. The object that comes after it goes on.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { around } from './around.ts';
import { until, World } from './harness.ts';

const MODULE = `
import worker, { Accounts, Project as Own, Roster } from './worker.js';
export default worker;
export { Accounts, Roster };
export class Project extends Own {
  fetch(request) {
    if (request.headers.has('x-reset')) this.ctx.abort('reset by a test');
    return super.fetch(request);
  }
}
`;
/** As many as are sent at once, and more that wait. */
const CLIENTS = 12;
const AT_ONCE = 6;

describe('a reset of the object', () => {
  let folder: string;
  let world: World;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reset-'));
    world = await World.start({ WORKERD_CONFIG: await around(folder, MODULE) });
    await world.newProject();
  });
  after(async () => {
    await world?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('leaves nobody waiting for the quota that it had', async () => {
    let held = 0;
    // Nothing is answered any more.
    world.gate.meddle = () => {
      held += 1;
      return new Promise(() => {});
    };
    const ids = await Promise.all(
      Array.from({ length: CLIENTS }, (_, n) =>
        world.accepted({ name: 'Ольга', phone: `06711122${10 + n}` }),
      ),
    );
    await until('requests under way', async () => held === AT_ONCE);
    assert.equal((await world.post('{"name":"x"}', { 'x-reset': '1' })).status, 500);
    world.gate.meddle = undefined;
    await world.delivered(ids, 30_000);
    assert.equal((await world.state()).contacts.length, CLIENTS);
  });
});
