import { requireTmux } from '../../scripts/verify/tmux.ts';

/** Runs once before all test files: without a tmux the run fails here, with a sentence that says so. */
export default function setUpTmux(): void {
	requireTmux();
}
