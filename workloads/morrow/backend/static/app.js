// What the CDN serves: an example of each kind of file that its behaviors name.
document.documentElement.dataset.morrow = "ready";
