import { config } from 'zod';

/**
 * Has zod check shapes without writing functions for it: the policy of Coda's pages forbids that, and each try is
 * reported. To be called before the modules with shapes are loaded.
 */
export function checkWithoutEval(): void {
	config({ jitless: true });
}
