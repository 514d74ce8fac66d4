/** A process that a test can kill: applies the migrations of a folder. Arguments: address, folder, config. */
import { applyMigrations } from '../../scripts/migrations/apply.ts';

const [, , url = '', folder = '', configFile = ''] = process.argv;
await applyMigrations({ url, other: { folder, configFile }, say: console.log });
