/**
 * `pnpm bench:search`: searches of a person with 10,000 ideas and 100,000 features, beside the same ones written by
 * hand, and how long a key takes in the palette with 5,000 titles. `--json` for programs.
 */
import { benchPalette } from '../tests/bench/palette.ts';
import { benchSearch } from '../tests/bench/search.ts';
import { runAppBench } from './local/app-bench.ts';
import { findBrowser } from './verify/browser.ts';

await runAppBench(async (app) => [
	...(await benchPalette(app, findBrowser().path)),
	...(await benchSearch(app.databaseUrl))
]);
