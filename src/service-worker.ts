/// <reference types="@sveltejs/kit" />
/// <reference no-default-lib="true"/>
/// <reference lib="esnext" />
/// <reference lib="webworker" />
import { base, build, files, prerendered, version } from '$service-worker';
import {
	arePages,
	forgetPages,
	isData,
	isWhole,
	KEPT_DAYS,
	KEPT_PAGES,
	keptAddress,
	NOBODY,
	pagesOf,
	WHOSE_HEADER
} from '$lib/kept-pages';

/*
 * Coda without a network: the program itself, and the pages that were last seen. Everything that can be asked
 * of the server is asked of it first, and what changes something never comes through here.
 */

const worker = globalThis as unknown as ServiceWorkerGlobalScope;

const SHELL = 'coda-shell ';

/** The page that starts the program at whatever address it is shown for. */
const START = `${base}/offline`;

/** Letters beyond Latin and pictures are loaded when they are wanted. */
const IS_SHELL = /-latin-wght-|\.(js|css|svg|ico|webmanifest)$/;

const shell = [...build, ...files].filter((path) => IS_SHELL.test(path));
const shellPaths = new Set(shell);

const DAY_MS = 86_400_000;

/** Rises when pages are forgotten: what was on its way then is not kept any more. */
let age = 0;

worker.addEventListener('install', (event) => {
	event.waitUntil(keepShell());
});

worker.addEventListener('activate', (event) => {
	event.waitUntil(takeOver());
});

worker.addEventListener('fetch', (event) => {
	const { request } = event;
	const url = new URL(request.url);
	if (url.origin !== location.origin) return;
	if (request.method === 'POST' && url.pathname === '/sign-out') event.waitUntil(forget());
	if (request.method !== 'GET') return;
	if (shellPaths.has(url.pathname)) event.respondWith(fromShell(request));
	else if (isData(url)) event.respondWith(data(event, url));
	else if (request.mode === 'navigate') event.respondWith(navigate(event, url));
});

/** A tab of the version before goes on with its own files, so that nobody has to wait for it to close. */
async function keepShell() {
	const cache = await caches.open(SHELL + version);
	await cache.addAll([...shell, ...prerendered.filter((path) => path === START)]);
	await worker.skipWaiting();
}

async function takeOver() {
	const shells = (await caches.keys()).filter((name) => name.startsWith(SHELL));
	const old = shells.filter((name) => name !== SHELL + version).slice(0, -1);
	await Promise.all(old.map((name) => caches.delete(name)));
	await worker.registration.navigationPreload?.enable();
	await worker.clients.claim();
}

/** A file of the program has its version in its name, or it is asked for again with the next version. */
async function fromShell(request: Request): Promise<Response> {
	return (await caches.match(request)) ?? fetch(request);
}

/** A page: from the server, or else the program starts by itself and draws what is kept. */
async function navigate(event: FetchEvent, url: URL): Promise<Response> {
	try {
		const preloaded = (await event.preloadResponse) as Response | undefined;
		const response = preloaded ?? (await fetch(event.request));
		await heed(response);
		const address = response.ok && !response.redirected && keptAddress(url);
		if (address && isSomebody(response)) event.waitUntil(freshen(address));
		return response;
	} catch (cause) {
		const start = keptAddress(url) && (await caches.match(START));
		return start || (await caches.match(START)) || Promise.reject(cause);
	}
}

/** What a page is drawn from: from the server, or else as it was last. */
async function data(event: FetchEvent, url: URL): Promise<Response> {
	const address = keptAddress(url);
	const born = age;
	try {
		const response = await fetch(event.request);
		await heed(response);
		if (address) event.waitUntil(keep(address, response.clone(), born));
		return response;
	} catch (cause) {
		const kept = address && (await lastOf(address));
		if (!kept) throw cause;
		return kept;
	}
}

/** Brings what a page that came whole is drawn from. */
async function freshen(address: string) {
	const born = age;
	try {
		const response = await fetch(address);
		await heed(response);
		await keep(address, response, born);
	} catch {
		// The network went away in between: the page stays as it was kept before.
	}
}

async function keep(address: string, response: Response, born: number) {
	const who = response.headers.get(WHOSE_HEADER);
	if (!response.ok || response.redirected || !who || who === NOBODY) return;
	const text = await response.text();
	if (!isWhole(text) || born !== age) return;
	const cache = await caches.open(pagesOf(who));
	// The latest stands last, so that the first is the one to go.
	await cache.delete(address);
	await cache.put(address, new Response(text, { headers: response.headers }));
	const kept = await cache.keys();
	const tooMany = kept.slice(0, Math.max(0, kept.length - KEPT_PAGES));
	await Promise.all(tooMany.map((request) => cache.delete(request)));
	if (born !== age) await forgetPages();
}

/** What was kept of a page; of one that something was open in, also without that. */
async function lastOf(address: string): Promise<Response | undefined> {
	const [name] = (await caches.keys()).filter(arePages);
	if (!name) return undefined;
	const cache = await caches.open(name);
	const kept = (await cache.match(address)) ?? (await cache.match(address.split('?')[0] ?? ''));
	const keptAt = Date.parse(kept?.headers.get('date') ?? '');
	return Date.now() - keptAt > KEPT_DAYS * DAY_MS ? undefined : kept;
}

/** One person’s pages at a time: they go when the server sees another one, or nobody. */
async function heed(response: Response) {
	const who = response.headers.get(WHOSE_HEADER);
	if (!who) return;
	const others = (await caches.keys()).filter((name) => arePages(name) && name !== pagesOf(who));
	if (others.length === 0) return;
	age++;
	await Promise.all(others.map((name) => caches.delete(name)));
}

async function forget() {
	age++;
	await forgetPages();
}

const isSomebody = ({ headers }: Response): boolean =>
	![null, NOBODY].includes(headers.get(WHOSE_HEADER));
