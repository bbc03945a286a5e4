import type { Files } from "../../topology/files";
import type { Compose } from "../load/load";
import type { Tree } from "../load/places";
import type { Hosts, Mention } from "./hosts";
import type { Front, Refusal } from "./nginx/outcome";
import type { Backing, Say, ServiceInput } from "./parts";

/** What there is around a service while it is read. */
export interface Around extends Say {
    /** Its name in the Compose file. */
    from: string;
    backings: Map<string, Backing>;
    /** Services of the file that become services → their names in the topology. */
    services: Map<string, string>;
    /** A build context of the file as the project calls it. */
    contextOf(path: string): string;
    /** Ports by which other services and its own health check call it. */
    calledAt: number[];
    /** The port that its Dockerfile has, where no service of the file says one and no other has one. */
    exposed?: number;
    /** Services that wait for it, and so may call it. */
    dependents: string[];
    /** Name of the file system for a volume of the file, or for a folder of the machine; made where there is none yet. */
    filesystemOf(volume: string, kind: "volume" | "bind"): string;
    /** Hears of a file system that needs locks, as the service keeps a database in it. */
    locked(filesystem: string): void;
    /** Hears that it keeps what it has in files, and is one instance. */
    alone(): void;
    /** Names of the file's services where no variable can change them. */
    hosts: Hosts;
    /** Those that the service itself has. */
    mentions: Mention[];
    /** Its configuration files, which can be led to stores; absent for what has no files of its own. */
    configurations?: Configurations;
    /** What becomes of it, where it is an nginx that passes requests on. */
    front?: Front | Refusal;
    /** Another service of the same image with which it shares a volume, and so what is configured there. */
    sharesWith?: string;
    /** Volumes in which data stores of the file keep what they have → the store. */
    kept: Map<string, string>;
    /** Volumes that the file declares. */
    volumes: string[];
    /** Its configs. */
    configs: Tree;
    /** Jobs that run before it are known by then, and need no word. */
    jobs: Set<string>;
    /** Services of the file that have no place, which their notes say → whether the app loses something by that. */
    left: Map<string, boolean>;
    /** A network that it is in and the file does not make. */
    foreign?: string;
    /** Services that only a profile takes in. */
    leftOut: Compose["leftOut"];
    /** A file of variables that is not there, of the service's. */
    lacks?: string;
    /** Whether it runs the program of a service that takes requests, by a command of its own, and nobody calls it or waits for it. */
    isAside: boolean;
    /** Whether a service of the file runs the same program. */
    isAlike(service: string): boolean;
    /** Whether a service of the file runs a well-known image. */
    isOf(service: string, image: string): boolean;
    /** Whether the project's variables are known, and what has none has no value. */
    told: boolean;
    /** Whether a service of the file may take requests: it says a port. */
    answers(service: string): boolean;
    /** Ports of one's own machine → the service that Compose shows there. */
    published: Map<number, string>;
    /** Hears of a variable that calls another service, by its name in the topology, at a port. */
    calls(callee: string, port: number, at: (string | number)[]): void;
}

/** The configuration files of a service (configuration.ts). */
export interface Configurations {
    /**
     * Leads every configuration file that names a store to the part that takes its place.
     * @returns how messages call the first of them; undefined where none leads there, or one of them cannot
     */
    lead(backing: Backing): string | undefined;
    /** Whether a place, such as `config.yml:9`, is in a file that has been led. */
    has(where: string): boolean;
    /** What has been led, for the service. */
    made(): { files: Files; secretFiles: NonNullable<ServiceInput["secretFiles"]> };
}
