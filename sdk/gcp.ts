/** The components of Google Cloud, each the twin of that of the same name on the other cloud, for a program of your own. */

export type * as roles from "../components/roles";
export { Account } from "../components/gcp/account";
export { Alarms } from "../components/gcp/alarms";
export { Bucket } from "../components/gcp/bucket";
export { Cache } from "../components/gcp/cache";
export { Cdn } from "../components/gcp/cdn";
export { Database } from "../components/gcp/database";
export { Deployer } from "../components/gcp/deployer";
export { Dns } from "../components/gcp/dns";
export { Filesystem } from "../components/gcp/filesystem";
export { Firewall } from "../components/gcp/firewall";
export { Image } from "../components/gcp/image";
export { Ingress } from "../components/gcp/ingress";
export { Job } from "../components/gcp/job";
export { Network } from "../components/gcp/network";
export { Pipeline } from "../components/gcp/pipeline";
export { Platform } from "../components/gcp/platform";
export { Queue } from "../components/gcp/queue";
export { Rotation } from "../components/gcp/rotation";
export { Secret } from "../components/gcp/secret";
export { Service } from "../components/gcp/service";
export { Table } from "../components/gcp/table";
