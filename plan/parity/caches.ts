import { absent, type Row } from "./row";

/** What caches say of themselves. */
export const caches: Row[] = [
    {
        field: "caches.*.engine",
        aws: "ElastiCache: a replication group without cluster mode, or nodes of memcached",
        gcp: "Memorystore for Redis, or for Memcached",
        note: "Memcached has no password and no TLS on either cloud: who may use it is the network's, by a security group on AWS. Google ends Memorystore for Memcached on 31 January 2029, and takes no new project after 1 February 2027",
    },
    { field: "caches.*.version", aws: "Redis 7.1, or memcached 1.6.22", gcp: "Redis 7.2, or memcached 1.6.15" },
    {
        field: "caches.*.highAvailability",
        aws: "Two nodes, Multi-AZ with automatic failover, daily snapshots; of memcached two nodes in two zones",
        gcp: "STANDARD_HA tier, daily RDB snapshots; of memcached two nodes in two zones",
        note: "Memcached copies nothing: what a node held is gone with it",
    },
    {
        field: "caches.*.deletionProtection",
        aws: "Pulumi refuses to delete it",
        gcp: "Deletion protection of the instance, and Pulumi's",
        note: "ElastiCache has none of its own",
    },
    {
        field: "caches.*.tls",
        aws: "Transit encryption `required`, or `preferred` where it is optional: both are taken, with the password",
        gcp: "TLS on port 6378, or none on port 6379 where it is optional; always with the password",
        note: "Where it is optional services are told of none. Another value updates ElastiCache, and replaces Memorystore, which loses what was cached",
    },
    {
        field: "caches.*.aws.engine",
        aws: "Redis or Valkey",
        gcp: absent,
        note: "Memorystore sells Valkey as another product",
    },
    { field: "caches.*.aws.nodeType", aws: "Node type", gcp: absent },
    {
        field: "caches.*.gcp.memory",
        aws: absent,
        gcp: "Size of the instance; of memcached, of each node",
        note: "An ElastiCache node's memory follows from its type",
    },
    {
        field: "caches.*.gcp.cpu",
        aws: absent,
        gcp: "vCPU of each node of memcached",
        note: "An ElastiCache node's vCPU follow from its type",
    },
];
