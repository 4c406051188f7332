// What is read again and again: when, and when not.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { Again } from '../../www/widget/ui/again.ts';

const EVERY_MS = 1_000;

describe('what is read again and again', () => {
  let again: Again;
  let reads: number;
  /** Readings wait until it is called. */
  let answer: (() => void) | undefined;
  let slow: boolean;

  beforeEach(async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    [reads, slow, answer] = [0, false, undefined];
    again = new Again(async () => {
      reads += 1;
      if (slow) {
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
      }
      return EVERY_MS;
    });
    again.start();
    await settled();
  });
  afterEach(() => mock.timers.reset());

  /** All promises that need no time have come to their end. */
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const passes = async (ms: number) => {
    mock.timers.tick(ms);
    await settled();
  };

  it('is read at once and then in its rhythm', async () => {
    assert.equal(reads, 1);
    await passes(EVERY_MS - 1);
    assert.equal(reads, 1);
    await passes(1);
    assert.equal(reads, 2);
  });

  it('is not read once it is stopped, and at once when it is started again', async () => {
    again.stop();
    await passes(60 * EVERY_MS);
    assert.equal(reads, 1);
    again.start();
    await settled();
    assert.equal(reads, 2);
    await passes(EVERY_MS);
    assert.equal(reads, 3);
  });

  it('is not read on when it is stopped while it is being read', async () => {
    slow = true;
    void again.now();
    again.stop();
    answer?.();
    await settled();
    await passes(60 * EVERY_MS);
    assert.equal(reads, 2);
  });

  it('is read once more when somebody wishes so while it is being read', async () => {
    slow = true;
    const wished = again.now();
    void again.now();
    assert.equal(reads, 2);
    slow = false;
    answer?.();
    await wished;
    assert.equal(reads, 3);
    await passes(EVERY_MS);
    assert.equal(reads, 4);
  });
});
