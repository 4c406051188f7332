// What a re-activation sends of what was held: today and the two days before, by the clocks of the project's zone.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { demoSettings, World } from './harness.ts';

interface Case {
  what: string;
  zone?: string;
  /** When forms came in, oldest first. */
  old: string[];
  within: string[];
  activated: string;
}

const CASES: Case[] = [
  {
    what: 'a minute before midnight: the day before yesterday is in',
    old: ['2026-09-07T23:59:40+03:00'],
    within: ['2026-09-08T00:00:20+03:00', '2026-09-10T12:00:00+03:00'],
    activated: '2026-09-10T23:59:00+03:00',
  },
  {
    what: 'a minute later it is another day',
    old: ['2026-09-08T00:00:20+03:00', '2026-09-08T23:59:40+03:00'],
    within: ['2026-09-09T00:00:20+03:00'],
    activated: '2026-09-11T00:00:30+03:00',
  },
  {
    // By the clock that holds at activation the window would begin an hour earlier.
    what: 'after summer time began: the first day still began by winter time',
    old: ['2026-03-27T23:30:00+02:00'],
    within: ['2026-03-28T00:00:20+02:00', '2026-03-29T02:30:00+02:00', '2026-03-29T04:00:20+03:00'],
    activated: '2026-03-30T10:00:00+03:00',
  },
  {
    // And here an hour later.
    what: 'after summer time ended: the first day still began by summer time',
    old: ['2025-10-24T23:59:40+03:00'],
    within: ['2025-10-25T00:00:20+03:00', '2025-10-25T00:30:00+03:00', '2025-10-26T03:30:00+02:00'],
    activated: '2025-10-27T10:00:00+02:00',
  },
  {
    what: 'in a zone behind UTC days begin by its own midnight',
    zone: 'America/New_York',
    old: ['2026-03-06T23:59:40-05:00'],
    within: ['2026-03-07T00:00:20-05:00'],
    activated: '2026-03-09T00:30:00-04:00',
  },
];

describe('of what was held, a re-activation', () => {
  /** A project that is switched off, and its forms, each sent at its time. */
  async function gathered({ zone, old, within }: Case, then: (world: World, ids: string[]) => Promise<void>) {
    const world = await World.start();
    try {
      const [first = ''] = old;
      await world.setClock(new Date(Date.parse(first) - 60_000).toISOString());
      await world.newProject({ ...(await demoSettings()), ...(zone && { time_zone: zone }) });
      await world.activation('DELETE');
      const ids: string[] = [];
      for (const time of [...old, ...within]) {
        await world.setClock(time);
        ids.push(await world.accepted({ name: 'Ольга', phone: `05022200${10 + ids.length}` }));
      }
      for (const id of ids) assert.equal((await world.event(id)).status, 'held');
      await then(world, ids);
    } finally {
      await world.stop();
    }
  }

  for (const one of CASES) {
    it(`sends three days: ${one.what}`, async () => {
      await gathered(one, async (world, ids) => {
        await world.setClock(one.activated);
        const { since } = await world.activate({ resend_backlog: true });
        assert.ok(Math.abs(Date.parse(since) - Date.parse(one.activated)) < 20_000, `activated at ${since}`);
        const [expired, sent] = [ids.slice(0, one.old.length), ids.slice(one.old.length)];
        await world.delivered(sent);
        for (const id of expired) {
          const { status, reason } = await world.event(id);
          assert.deepEqual([status, reason?.code], ['expired', 'older_than_window']);
        }
        assert.equal((await world.state()).leads.length, sent.length);
        // By hand it goes all the same.
        for (const id of expired) await world.call('POST', `/events/${id}/retry`);
        await world.delivered(ids);
      });
    });
  }

  for (const one of CASES.slice(1, 3)) {
    it(`sends nothing without the checkbox: ${one.what}`, async () => {
      await gathered(one, async (world, ids) => {
        await world.setClock(one.activated);
        await world.activate({ resend_backlog: false });
        for (const id of ids) {
          const { status, reason } = await world.event(id);
          assert.deepEqual([status, reason?.code], ['expired', 'not_resent']);
        }
        assert.equal((await world.state()).leads.length, 0);
        // What comes from now on is sent as ever.
        await world.delivered([await world.accepted({ name: 'Ольга', phone: '0502220099' })]);
        assert.equal((await world.state()).leads.length, 1);
      });
    });
  }
});
