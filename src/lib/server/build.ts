/* Facts that the build writes into the program; see `vite.config.ts`. */

declare const __BUILT_AT__: string;
declare const __SCHEMA_VERSION__: string;
declare const __VERSION__: string;
declare const __PAGES__: string[];

/** When this build was made, as an ISO time. */
export const BUILT_AT: string = __BUILT_AT__;

/** The newest migration that this build was made with. */
export const SCHEMA_VERSION: string = __SCHEMA_VERSION__;

/** Every page that there is, by kit's name of its route: `/(app)/ideas/[id=uuid]`. */
export const PAGES: readonly string[] = __PAGES__;

/** The version of this release, and of the runner in it: `0.5.0`. */
export const VERSION: string = __VERSION__;
