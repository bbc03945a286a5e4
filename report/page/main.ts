import "./quiet";

import type { ReportData } from "../model";
import { unpack } from "../pack";
import { start } from "./explore";
import { themeSwitch } from "./theme";

/** The page's script. Until it has run, the page shows nothing that could be moved. */

themeSwitch(document.getElementById("theme")!);
void unpack(document.getElementById("data")!.textContent).then((data) => {
    document.documentElement.dataset.ready = "";
    start(data as ReportData);
});
