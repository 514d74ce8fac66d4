import { ensureBuild } from '../../scripts/local/build.ts';

/** Runs once before all test files: the production build is of these sources. */
export default function setUpBuild(): Promise<void> {
	return ensureBuild({ say: console.log });
}
