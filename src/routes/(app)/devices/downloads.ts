import { platformsOf } from '$lib/platforms';
import type { RunnerPackage } from '$lib/server/runner-packages';

/** How a runner is got and paired on a system. */
export interface Download {
	/** As a runner names it: `linux-x64`. */
	platform: string;
	/** What is typed there. */
	command: string;
	/** Whether the visitor's own computer is, or may be, of that kind. */
	isOwn: boolean;
	/** Whether every release is tried on that system. */
	isTried: boolean;
}

/** The ways to a runner, those for the visitor's own system first. */
export function downloadsOf(
	packages: readonly RunnerPackage[],
	{ origin, userAgent }: { origin: string; userAgent: string }
): Download[] {
	const own = platformsOf(userAgent);
	return packages
		.map(({ platform, file, href }) => ({
			platform,
			command: commandFor({ file, href, origin }),
			isOwn: own.includes(platform),
			isTried: platform === 'linux-x64'
		}))
		.sort((one, other) => Number(other.isOwn) - Number(one.isOwn));
}

function commandFor({ file, href, origin }: { file: string; href: string; origin: string }) {
	const folder = file.replace(/\.tar\.gz$/, '');
	if (file.includes('-win32-')) {
		return `curl.exe -fLO ${href}; tar -xf ${file}; .\\${folder}\\coda-runner pair --server ${origin}`;
	}
	return `curl -fL ${href} | tar -xz && ./${folder}/coda-runner pair --server ${origin}`;
}
