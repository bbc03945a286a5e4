/** IPv4 ranges in CIDR notation: an address, a slash and the number of leading bits that all addresses of it share. */
export interface Range {
    /** First address, as a number. */
    first: number;
    /** Last address, as a number. */
    last: number;
    prefix: number;
}

const address = (value: number): string =>
    [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");

/** What is wrong with a range as it is written, in words of what is allowed; undefined if nothing is. */
export function cidrFault(text: string): string | undefined {
    const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
    if (!match) return "an IPv4 range such as 10.0.1.0/24";
    const numbers = match.slice(1).map(Number);
    if (match.slice(1).some((digits) => digits.length > 1 && digits.startsWith("0")))
        return "numbers without leading zeros, such as 10.0.1.0/24";
    if (numbers.slice(0, 4).some((octet) => octet > 255)) return "four numbers from 0 to 255, such as 10.0.1.0/24";
    if (numbers[4] > 32) return "a prefix length from 0 to 32, such as 10.0.1.0/24";
    const size = 2 ** (32 - numbers[4]);
    const value = numbers.slice(0, 4).reduce((sum, octet) => sum * 256 + octet, 0);
    // Zero when the address is the first of its range.
    const host = value % size;
    if (host) return `the range's first address: ${address(value - host)}/${numbers[4]}`;
    return undefined;
}

/** Reads a range that has no fault. */
export function parseCidr(text: string): Range {
    const [base, prefix] = text.split("/");
    const first = base.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
    return { first, last: first + 2 ** (32 - Number(prefix)) - 1, prefix: Number(prefix) };
}

export const showCidr = ({ first, prefix }: Pick<Range, "first" | "prefix">): string => `${address(first)}/${prefix}`;

export const contains = (outer: Range, inner: Range): boolean => outer.first <= inner.first && inner.last <= outer.last;

export const overlap = (a: Range, b: Range): boolean => a.first <= b.last && b.first <= a.last;

/** The `index`-th /24 of a network, counted from 0; undefined where the network is too small for it. */
export function slash24(network: Range, index: number): string | undefined {
    const range = { first: network.first + index * 256, last: network.first + index * 256 + 255, prefix: 24 };
    return contains(network, range) ? showCidr(range) : undefined;
}

/** Ranges that belong to nobody on the internet: RFC 1918 and RFC 6598. */
export const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];
