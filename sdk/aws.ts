/** The components of AWS, each the twin of that of the same name on the other cloud, for a program of your own. */

export type * as roles from "../components/roles";
export { Account } from "../components/aws/account";
export { Alarms } from "../components/aws/alarms";
export { Bucket } from "../components/aws/bucket";
export { Cache } from "../components/aws/cache";
export { Cdn } from "../components/aws/cdn";
export { Database } from "../components/aws/database";
export { Deployer } from "../components/aws/deployer";
export { Dns } from "../components/aws/dns";
export { Filesystem } from "../components/aws/filesystem";
export { Firewall } from "../components/aws/firewall";
export { Image } from "../components/aws/image";
export { Ingress } from "../components/aws/ingress";
export { Job } from "../components/aws/job";
export { Network } from "../components/aws/network";
export { Pipeline } from "../components/aws/pipeline";
export { Platform } from "../components/aws/platform";
export { Queue } from "../components/aws/queue";
export { Rotation } from "../components/aws/rotation";
export { Secret } from "../components/aws/secret";
export { Service } from "../components/aws/service";
export { Table } from "../components/aws/table";
