/** What costs nothing on any cloud, because no cloud makes it. */
export const sharedFree: Record<string, string> = {
    "docker-build:index:Image": "built where the program runs; what is kept is paid with the registry",
    "random:index/randomBytes:RandomBytes": "made by the program",
    "random:index/randomId:RandomId": "made by the program",
    "random:index/randomPassword:RandomPassword": "made by the program",
    "random:index/randomString:RandomString": "made by the program",
};
