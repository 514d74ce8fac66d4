/** `pnpm test:nightly`: the tests that take too long for every change. What cannot run here is said. */
import { runScript } from './local/script.ts';
import { runLane } from './verify/lane.ts';
import { nightlyLane } from './verify/nightly-lane.ts';

await runScript(() => runLane(nightlyLane));
