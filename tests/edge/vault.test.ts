// What lies sealed on file: who can open it, and who cannot.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Vault, type VaultKey } from '../../www/edge/vault.ts';

const key = (id: string, fill: number): VaultKey => ({ id, bytes: new Uint8Array(32).fill(fill) });
const [first, second] = [key('one', 1), key('two', 2)];

describe('the vault', () => {
  it('opens what it sealed, each time sealed otherwise', async () => {
    const vault = new Vault([first], 'project');
    const [a, b] = [await vault.seal('access', 'токен'), await vault.seal('access', 'токен')];
    assert.notEqual(a, b);
    assert.match(a, /^one\.[\w-]+\.[\w-]+$/);
    assert.equal(await vault.open('access', a), 'токен');
    assert.equal(await vault.open('access', b), 'токен');
  });

  it('goes on opening by an old key behind a new one, and not once it is gone', async () => {
    const sealed = await new Vault([first], 'project').seal('access', 'token');
    const rotated = new Vault([second, first], 'project');
    assert.equal(await rotated.open('access', sealed), 'token');
    assert.match(await rotated.seal('access', 'token'), /^two\./);
    assert.equal(await new Vault([second], 'project').open('access', sealed), undefined);
    assert.equal(await new Vault([key('one', 3)], 'project').open('access', sealed), undefined);
  });

  it('opens nothing in another place, of another project, or that was touched', async () => {
    const vault = new Vault([first], 'project');
    const sealed = await vault.seal('access', 'token');
    assert.equal(await vault.open('refresh', sealed), undefined);
    assert.equal(await new Vault([first], 'another').open('access', sealed), undefined);
    for (const broken of ['', 'one', `${sealed.slice(0, -3)}AAA`, sealed.replace('.', '..'), 'one.!.!']) {
      assert.equal(await vault.open('access', broken), undefined, broken);
    }
  });
});
