// What is read again and again is read only while somebody can see it.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import type { ReactiveController } from 'lit';
import { WhileVisible } from '../../www/widget/ui/while_visible.ts';

const EVERY_MS = 1_000;

describe('what is read while it can be seen', () => {
  let page: EventTarget & { visibilityState: 'visible' | 'hidden' };
  let part: ReactiveController;
  let watch: WhileVisible;
  let reads: number;
  /** Ends a reading that waits for it. */
  let answer: (() => void) | undefined;
  let slow: boolean;

  beforeEach(async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    page = Object.assign(new EventTarget(), { visibilityState: 'visible' as const });
    Object.assign(globalThis, { document: page });
    [reads, slow, answer] = [0, false, undefined];
    watch = new WhileVisible(
      {
        addController: (controller) => {
          part = controller;
        },
        removeController: () => {},
        requestUpdate: () => {},
        updateComplete: Promise.resolve(true),
      },
      async () => {
        reads += 1;
        if (slow) await new Promise<void>((resolve) => (answer = resolve));
        return EVERY_MS;
      },
    );
    part.hostConnected?.();
    part.hostUpdated?.();
    await settled();
  });
  afterEach(() => {
    part.hostDisconnected?.();
    mock.timers.reset();
    Reflect.deleteProperty(globalThis, 'document');
  });

  /** All promises that need no time have come to their end. */
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const passes = async (ms: number) => {
    mock.timers.tick(ms);
    await settled();
  };
  const turn = async (state: 'visible' | 'hidden') => {
    page.visibilityState = state;
    page.dispatchEvent(new Event('visibilitychange'));
    await settled();
  };

  it('is read at once and then in its rhythm', async () => {
    assert.equal(reads, 1);
    await passes(EVERY_MS - 1);
    assert.equal(reads, 1);
    await passes(1);
    assert.equal(reads, 2);
  });

  it('is not read while its page is hidden, and at once when it is seen again', async () => {
    await turn('hidden');
    await passes(60 * EVERY_MS);
    assert.equal(reads, 1);
    await turn('visible');
    assert.equal(reads, 2);
    await passes(EVERY_MS);
    assert.equal(reads, 3);
  });

  it('is not read once it is left, and again when it is come back to', async () => {
    part.hostDisconnected?.();
    await passes(60 * EVERY_MS);
    await turn('visible');
    assert.equal(reads, 1);
    part.hostConnected?.();
    part.hostUpdated?.();
    await settled();
    assert.equal(reads, 2);
  });

  it('is read once more when somebody wishes so while it is being read', async () => {
    slow = true;
    const wished = watch.now();
    void watch.now();
    assert.equal(reads, 2);
    slow = false;
    answer?.();
    await wished;
    assert.equal(reads, 3);
  });
});
