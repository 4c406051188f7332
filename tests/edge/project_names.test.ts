// Anybody can ask for any name of a project. Where the operator says which there are, nothing is opened for the others.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { assertProblem, demoSettings, mint, World } from './harness.ts';

describe('names of projects', () => {
  let folder: string;
  let world: World;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'names-'));
    world = await World.start({ STORAGE: folder, PROJECT_NAMES: 'own, another' });
  });
  after(async () => {
    await world?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** One file for each object; the runtime has one of its own beside them. */
  const opened = async () =>
    (await readdir(join(folder, 'project'))).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name));
  const as = async (project: string, method: string, path: string, body: string | null = null) =>
    fetch(`${world.edge}/v1/projects/${project}${path}`, {
      method,
      headers: { authorization: `Bearer ${await mint(project)}`, 'content-type': 'application/json' },
      body,
    });

  it('that nobody gave leave no file, whoever asks', async () => {
    const settings = JSON.stringify(await demoSettings());
    await assertProblem(await as('guessed', 'POST', '/forms', '{"name":"x"}'), 404, 'unknown_project');
    await assertProblem(await as('guessed', 'GET', '/calls?key=x'), 404, 'unknown_project');
    await assertProblem(await as('guessed', 'GET', '/settings'), 404, 'unknown_project');
    await assertProblem(await as('guessed', 'PUT', '/settings', settings), 404, 'unknown_project');
    assert.deepEqual(await opened(), []);
    for (const name of ['own', 'another']) {
      assert.equal((await as(name, 'PUT', '/settings', settings)).status, 200);
      assert.equal((await as(name, 'POST', '/forms', '{"name":"x"}')).status, 202);
    }
    assert.equal((await opened()).length, 2);
  });

  it('are refused as a variable when they could be none', async () => {
    await world.kill();
    await world.restart({ PROJECT_NAMES: 'own,Own' });
    await assertProblem(await fetch(`${world.edge}/healthz`), 500, 'misconfigured');
    assert.match(world.printed, /"variable":"PROJECT_NAMES"/);
  });
});
