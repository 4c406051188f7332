// The quick look: formatting, lints and types, without running a test.
import { build } from './build.mjs';
import { main } from './run.mjs';
import { setup } from './setup.mjs';
import { rustLints, typesAndLint } from './test.mjs';

main(async () => {
  await setup();
  await rustLints();
  await build();
  await typesAndLint();
});
