// Which events may start in which state of the connection, and what ends it.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Gate, type GateMemory, type State, type Trouble } from '../../www/edge/gate.ts';

const BASE = 1_000;

describe('the gate', () => {
  let memory: GateMemory;
  let told: string[];
  let gate: Gate;
  beforeEach(() => {
    memory = { state: 'active', since: 0, probes: 0, probe_at: null };
    told = [];
    const store = {
      get gate() {
        return memory;
      },
      remember(next: GateMemory) {
        memory = next;
      },
    };
    gate = new Gate(store, BASE, {
      closed: ({ code }) => told.push(`closed ${code}`),
      changed: () => told.push(`changed ${memory.state}`),
      mended: (since) => told.push(`mended ${since}`),
    });
  });

  it('lets everything through while the connection works', () => {
    assert.equal(gate.mayStart(1), 'all');
    assert.equal(gate.reason, null);
    gate.learn('works', 5, 6);
    assert.deepEqual([memory.since, told], [0, []]);
  });

  for (const state of ['unpaid', 'blocked', 'insufficient_rights'] as const) {
    it(`closes when it is ${state}, and opens again when one gets through`, () => {
      gate.learn(state, 10, 100);
      assert.deepEqual([gate.state, gate.reason?.code, gate.mayStart(100)], [state, state, 'none']);
      assert.equal(gate.probeAt, 100 + BASE);
      assert.equal(gate.mayStart(100 + BASE), 'one');
      gate.learn('works', 100 + BASE, 100 + BASE + 1);
      assert.equal(gate.mayStart(100 + BASE + 1), 'all');
      assert.deepEqual(told, [`closed ${state}`, `changed ${state}`, 'changed active', 'mended 100']);
    });
  }

  for (const state of ['inactive', 'needs_authorization'] as const) {
    it(`is opened by nothing but activation when it is ${state}`, () => {
      gate.enter(state, 100);
      assert.deepEqual([gate.mayStart(1e12), gate.probeAt, gate.connected], ['none', null, false]);
      gate.learn('works', 200, 300);
      gate.learn('unpaid', 200, 300);
      gate.probe(300);
      assert.deepEqual([gate.state, gate.probeAt], [state, null]);
      gate.enter('active', 400);
      assert.equal(gate.mayStart(400), 'all');
      // Whoever activates says himself what becomes of what was held.
      assert.deepEqual(told, [`closed ${state}`, `changed ${state}`, 'changed active']);
      gate.enter('active', 500);
      assert.equal(told.length, 3, 'it was so before');
    });
  }

  it('probes more and more rarely', () => {
    gate.learn('blocked', 1, 1);
    const pauses: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      const now = gate.probeAt ?? 0;
      gate.learn('blocked', now, now);
      pauses.push(((gate.probeAt ?? 0) - now) / BASE);
    }
    assert.deepEqual(pauses, [2, 4, 8, 16, 30, 30, 30, 30]);
    assert.equal(memory.since, 1, 'the state is as old as it is');
    gate.learn('unpaid', 1e9, 1e9);
    assert.equal((gate.probeAt ?? 0) - 1e9, BASE, 'another trouble begins anew');
  });

  it('believes nothing that began before the last change', () => {
    gate.learn('unpaid', 10, 100);
    for (const met of ['works', 'blocked', 'unpaid'] as ('works' | Trouble)[]) gate.learn(met, 99, 150);
    assert.deepEqual(memory, { state: 'unpaid', since: 100, probes: 0, probe_at: 100 + BASE });
    assert.equal(gate.stops(99)?.code, 'unpaid');
    assert.equal(gate.stops(100), null, 'the one that goes ahead');
    gate.enter('active', 200);
    gate.learn('needs_authorization' satisfies State, 150, 250);
    assert.equal(gate.state, 'active', 'that was the token before');
  });

  it('puts a probe off, or asks for one', () => {
    gate.learn('unpaid', 10, 100);
    gate.probe(7_000);
    assert.deepEqual([gate.mayStart(6_999), gate.mayStart(7_000)], ['none', 'one']);
    gate.probe(200);
    assert.equal(gate.mayStart(200), 'one');
  });
});
