/**
 * What the page carries, made small: plans repeat themselves, so that gzip takes nine tenths of them away. With the means
 * that browsers and Node share.
 */

export async function pack(value: unknown): Promise<string> {
    const bytes = new Uint8Array(await through(JSON.stringify(value), new CompressionStream("gzip")).arrayBuffer());
    let text = "";
    // As many at a time as a call takes arguments.
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
}

export async function unpack(text: string): Promise<unknown> {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return through(bytes, new DecompressionStream("gzip")).json();
}

const through = (content: string | Uint8Array<ArrayBuffer>, way: CompressionStream | DecompressionStream): Response =>
    new Response(new Blob([content]).stream().pipeThrough(way));
