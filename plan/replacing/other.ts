import { table, type Replacing } from "./rules";

/** Packages of no cloud, and explicit providers. From the sources of their providers. */
export const other: Replacing = {
    ...table("docker", {
        "index/container:Container":
            "name readOnly image hostname domainname command entrypoints user dns dnsOpts dnsSearches publishAllPorts workingDir capabilities securityOpts runtime platform stopSignal stopTimeout mounts volumes ports hosts ulimits envs privileged devices labels shmSize logDriver logOpts networkMode networksAdvanced pidMode usernsMode uploads sysctls ipcMode groupAdds tty stdinOpen storageOpts gpus cpus cgroupnsMode",
        "index/network:Network":
            "name labels driver options internal attachable ingress ipv6 ipamDriver ipamOptions ipamConfigs",
        "index/volume:Volume": "name labels driver driverOpts",
    }),
    ...table("docker-build", { "index:Image": "" }),
    ...table("random", {
        "index/randomBytes:RandomBytes": "keepers length",
        "index/randomId:RandomId": "byteLength keepers prefix",
        "index/randomPassword:RandomPassword":
            "keepers length lower minLower minNumeric minSpecial minUpper number numeric overrideSpecial special upper",
        "index/randomString:RandomString":
            "keepers length lower minLower minNumeric minSpecial minUpper number numeric overrideSpecial special upper",
    }),
    // Another region is another provider, and all that it made is made anew there, even what lives in no region.
    ...table("pulumi", { "providers:aws": "region", "providers:gcp": "", "providers:docker": "" }),
};
