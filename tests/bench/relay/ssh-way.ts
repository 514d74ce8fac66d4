import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { canInstallPackages, installPackage } from '../../../scripts/verify/debian.ts';
import { freePort } from '../../support/free-port.ts';
import type { BenchTerminal, Way } from './bench-terminal.ts';
import { descendants } from './process-figures.ts';

const SERVER = '/usr/sbin/sshd';

/** OpenSSH on a port and with keys of its own. @returns nothing where it is not to be had */
export async function startSshWay(): Promise<Way | undefined> {
	const isThere = () => existsSync(SERVER);
	if (!isThere() && !(canInstallPackages() && installPackage('openssh-server') && isThere())) {
		return undefined;
	}
	const folder = mkdtempSync(join(tmpdir(), 'coda-bench-ssh-'));
	const file = (name: string) => join(folder, name);
	for (const name of ['host', 'own']) {
		spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)]);
	}
	// What it changes into before it knows who calls.
	if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
	const port = await freePort();
	writeFileSync(
		file('settings'),
		`Port ${port}
ListenAddress 127.0.0.1
HostKey ${file('host')}
AuthorizedKeysFile ${file('own.pub')}
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
PidFile none
`
	);
	const server = spawn(SERVER, ['-D', '-e', '-f', file('settings')], { stdio: 'ignore' });
	const clients = new Set<ChildProcess>();
	await listening(port);
	const target = ['-p', String(port), '-i', file('own'), `${userInfo().username}@127.0.0.1`];
	const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];
	return {
		name: 'ssh',
		async open(): Promise<BenchTerminal> {
			const client = spawn('ssh', ['-tt', ...options.flatMap((one) => ['-o', one]), ...target], {
				stdio: ['pipe', 'pipe', 'ignore']
			});
			clients.add(client);
			const terminal: BenchTerminal = {
				write: (text) => void client.stdin.write(text),
				draw: () => {},
				close: () => client.kill('SIGKILL')
			};
			client.stdin.on('error', () => {});
			client.stdout.on('data', (data: Buffer) => {
				const drawn = terminal.draw(data);
				if (!drawn) return;
				client.stdout.pause();
				void drawn.then(() => client.stdout.resume());
			});
			return terminal;
		},
		// Not the shells: what runs in them is no part of it.
		processes: () => ({
			server: descendants(server.pid ?? 0).filter(isServer),
			client: [...clients].map(({ pid }) => pid ?? 0)
		}),
		async stop() {
			for (const one of [...clients, server]) one.kill('SIGKILL');
			rmSync(folder, { recursive: true, force: true });
		}
	};
}

function isServer(pid: number): boolean {
	return spawnSync('ps', ['-o', 'comm=', '-p', String(pid)])
		.stdout.toString()
		.startsWith('sshd');
}

async function listening(port: number): Promise<void> {
	for (;;) {
		const socket = connect({ host: '127.0.0.1', port });
		const isThere = await new Promise<boolean>((resolve) => {
			socket.on('connect', () => resolve(true));
			socket.on('error', () => resolve(false));
		});
		socket.destroy();
		if (isThere) return;
		await wait(50);
	}
}
