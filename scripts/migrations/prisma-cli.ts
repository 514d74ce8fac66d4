import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { projectRoot } from '../local/project.ts';

/** How a run of the Prisma command ended. */
export interface PrismaResult {
	status: number;
	stdout: string;
	stderr: string;
}

export interface PrismaOptions {
	/** The database that the command works on. */
	url?: string;
	/** Another configuration than the project's `prisma.config.ts`. */
	configFile?: string;
}

const require = createRequire(import.meta.url);

/** What a Prisma command is started with: the program, and an environment that names the database. */
export function prismaCommand(args: readonly string[], { url, configFile }: PrismaOptions = {}) {
	const config = configFile ? ['--config', configFile] : [];
	const env: NodeJS.ProcessEnv = {
		...process.env,
		// Prisma asks its makers for news unless told not to.
		CHECKPOINT_DISABLE: '1',
		PRISMA_HIDE_UPDATE_MESSAGE: '1',
		NO_COLOR: '1'
	};
	if (url) env.DIRECT_URL = env.DATABASE_URL = url;
	return {
		program: process.execPath,
		args: [require.resolve('prisma/build/index.js'), ...args, ...config],
		options: { cwd: projectRoot, env }
	};
}

/** Runs a Prisma command to its end and keeps what it printed. */
export function runPrisma(
	args: readonly string[],
	options: PrismaOptions = {}
): Promise<PrismaResult> {
	const command = prismaCommand(args, options);
	return new Promise((resolve, reject) => {
		const child = spawn(command.program, command.args, {
			...command.options,
			stdio: ['ignore', 'pipe', 'pipe']
		});
		const result = { stdout: '', stderr: '' };
		child.stdout.setEncoding('utf8').on('data', (text: string) => (result.stdout += text));
		child.stderr.setEncoding('utf8').on('data', (text: string) => (result.stderr += text));
		child.once('error', reject);
		child.once('close', (status) => resolve({ status: status ?? 1, ...result }));
	});
}
