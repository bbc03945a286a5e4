import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A registry on loopback that takes what is pushed, and gives it back (OCI Distribution Specification). */
export class Registry {
    /** Every layer and configuration that was sent, in their order: digest and bytes. */
    readonly pushed: { digest: string; bytes: number }[] = [];
    private readonly blobs = new Map<string, Buffer>();
    private readonly manifests = new Map<string, { type: string; body: Buffer }>();
    private readonly uploads = new Map<string, Buffer[]>();
    private readonly server = createServer((request, response) => void this.answer(request, response));
    host = "";

    static async start(): Promise<Registry> {
        const registry = new Registry();
        await new Promise<void>((done) => registry.server.listen(0, "127.0.0.1", done));
        registry.host = `127.0.0.1:${(registry.server.address() as AddressInfo).port}`;
        return registry;
    }

    stop(): void {
        this.server.closeAllConnections();
        this.server.close();
    }

    private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const { method } = request;
        const { pathname, searchParams } = new URL(request.url!, "http://registry");
        const body: Buffer[] = [];
        for await (const chunk of request) body.push(chunk as Buffer);
        const send = (status: number, headers: Record<string, string | number> = {}, content?: Buffer) =>
            void response.writeHead(status, headers).end(method === "HEAD" ? undefined : content);
        const [, name, kind, what] = /^\/v2\/(.+)\/(manifests|blobs)\/(.*)$/.exec(pathname) ?? [];
        if (name === undefined) return send(pathname === "/v2/" ? 200 : 404);
        if (kind === "manifests" && method === "PUT") {
            const manifest = { type: request.headers["content-type"]!, body: Buffer.concat(body) };
            const digest = digestOf(manifest.body);
            for (const key of [what, digest]) this.manifests.set(`${name}:${key}`, manifest);
            return send(201, { "docker-content-digest": digest });
        }
        if (kind === "manifests") {
            const found = this.manifests.get(`${name}:${what}`);
            if (!found) return send(404);
            const headers = { "content-type": found.type, "content-length": found.body.length };
            return send(200, { ...headers, "docker-content-digest": digestOf(found.body) }, found.body);
        }
        if (method === "POST") {
            const id = randomUUID();
            this.uploads.set(id, []);
            return send(202, { location: `/v2/${name}/blobs/uploads/${id}`, range: "0-0" });
        }
        const upload = this.uploads.get(what.replace("uploads/", ""));
        if (upload) {
            upload.push(...body);
            const digest = searchParams.get("digest");
            if (method === "PATCH" || digest === null)
                return send(202, { location: pathname, range: `0-${Buffer.concat(upload).length - 1}` });
            const blob = Buffer.concat(upload);
            if (digestOf(blob) !== digest) return send(400);
            this.blobs.set(digest, blob);
            this.pushed.push({ digest, bytes: blob.length });
            return send(201, { "docker-content-digest": digest, location: `/v2/${name}/blobs/${digest}` });
        }
        const blob = this.blobs.get(what);
        return blob ? send(200, { "content-length": blob.length, "docker-content-digest": what }, blob) : send(404);
    }
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
