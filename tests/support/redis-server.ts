import { findRedis } from '../../scripts/verify/redis.ts';

/** Runs once before all test files: without a Redis the run fails here, with a sentence that says so. */
export default function setUpRedis(): void {
	findRedis();
}
