// Who owns a storage folder. Two processes on one would deliver twice: the second one refuses to start.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Takes the folder until this process ends. */
export function own(folder: string): void {
  const lock = join(folder, 'owner');
  // What is in it names clients.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (;;) {
    try {
      writeFileSync(lock, `${process.pid} ${startOf(process.pid) ?? ''}`, { flag: 'wx' });
      process.once('exit', () => rmSync(lock, { force: true }));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const [pid, start] = readFileSync(lock, 'utf8').split(' ');
      if (lives(Number(pid), start ?? '')) throw new Error(`storage ${folder} is in use by process ${pid}`);
      // Its owner was killed.
      rmSync(lock, { force: true });
    }
  }
}

/** A number alone proves nothing: after a restart, in a container above all, it may be another's, or our own. */
function lives(pid: number, start: string): boolean {
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return start === '' || start === startOf(pid);
}

/** When a process began, where the system tells (Linux); in ticks since boot. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold anything: what is counted begins behind it.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Dead, and nobody has asked how it ended: in a container perhaps nobody ever will.
    return state === 'Z' || state === 'X' ? undefined : rest[18];
  } catch {
    return undefined;
  }
}
