// Who owns an amoCRM account: one object per account, so that two projects never deliver into one side by side.
import { DurableObject } from 'cloudflare:workers';
import type { Env } from './env.ts';

const OWNER = 'owner';

export class Accounts extends DurableObject<Env> {
  /** Null: it is the project's now, or was before. Otherwise whose it is. */
  async claim(project: string): Promise<string | null> {
    const owner = await this.ctx.storage.get<string>(OWNER);
    if (owner !== undefined && owner !== project) return owner;
    await this.ctx.storage.put(OWNER, project);
    return null;
  }

  async release(project: string): Promise<void> {
    if ((await this.ctx.storage.get<string>(OWNER)) === project) await this.ctx.storage.deleteAll();
  }
}

/** The registry as one project sees it. */
export class Ownership {
  readonly #accounts: DurableObjectNamespace<Accounts>;

  constructor(accounts: DurableObjectNamespace<Accounts>) {
    this.#accounts = accounts;
  }

  /** False: another project has it. */
  async claim(account: number, project: string): Promise<boolean> {
    return (await this.#of(account).claim(project)) === null;
  }

  async release(account: number, project: string): Promise<void> {
    await this.#of(account).release(project);
  }

  #of(account: number) {
    return this.#accounts.getByName(String(account));
  }
}
