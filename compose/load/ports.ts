import { isTree } from "./places";
import { FormError, scalar } from "./scalar";

/** A port of a container, and where the machine offers it. */
export interface Port {
    target: number;
    /** Absent: the machine does not offer it, or anywhere. */
    published?: string;
    hostIp?: string;
    /** `tcp`, `udp` or `sctp`. */
    protocol: string;
    appProtocol?: string;
}

const allowed = "a port from 1 to 65535, such as 8080, 80:8080, 127.0.0.1:80:8080/tcp or 8000-8002:9000-9002";

/**
 * The ports of an entry of `ports`, in any of its forms.
 * @throws FormError if it is none
 */
export function portsOf(entry: unknown): Port[] {
    if (isTree(entry)) {
        const { target, published, host_ip, protocol, app_protocol } = entry;
        const offered = published === undefined || published === null ? {} : { published: scalar(published) };
        return rangeOf(scalar(target)).map((port) => ({
            target: port,
            ...offered,
            ...(host_ip ? { hostIp: scalar(host_ip) } : {}),
            protocol: protocol ? scalar(protocol) : "tcp",
            ...(app_protocol ? { appProtocol: scalar(app_protocol) } : {}),
        }));
    }
    const text = scalar(entry);
    const [address, protocol = "tcp"] = text.split("/");
    const [, host = "", published = "", target] = /^(?:(.*):)?([\d-]*):([\d-]+)$/.exec(address) ?? [
        address,
        "",
        "",
        address,
    ];
    const hostIp = host.replace(/^\[|\]$/g, "");
    const inside = rangeOf(target);
    const outside = published ? rangeOf(published) : [];
    // A range for one container port is where the machine looks for a free one.
    if (outside.length > 1 && inside.length > 1 && outside.length !== inside.length)
        throw new FormError([], `"${text}", ranges of different lengths`, allowed);
    return inside.map((port, index) => ({
        target: port,
        ...(published ? { published: inside.length > 1 ? String(outside[index] ?? outside[0]) : published } : {}),
        ...(hostIp ? { hostIp } : {}),
        protocol: protocol.toLowerCase(),
    }));
}

function rangeOf(text: string): number[] {
    const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (from === undefined || first < 1 || last > 65535 || last < first) throw new FormError([], `"${text}"`, allowed);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
