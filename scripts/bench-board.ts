/**
 * `pnpm bench:board`: what the size of a board does to its pages, and how long a person with a thousand ideas
 * waits for a key, in a browser that is slowed down four times. `--json` for programs.
 */
import { benchBoardInBrowser } from '../tests/bench/board-browser.ts';
import { benchBoardLists } from '../tests/bench/board-server.ts';
import { runAppBench } from './local/app-bench.ts';
import { findBrowser } from './verify/browser.ts';

await runAppBench(async (app) => [
	...(await benchBoardInBrowser(app, findBrowser().path)),
	...(await benchBoardLists(app.databaseUrl))
]);
