// Where the dashboard is mounted. The server writes <base href="{prefix}/dashboard/"> into the page.

const dashboard = new URL(".", document.baseURI).pathname.replace(/\/$/, "");
const prefix = dashboard.replace(/\/dashboard$/, "");

/** The path below which the router's paths lie, without a final slash. */
export const routerBase = dashboard;

/** The path of the operator API, without a final slash. */
export const apiRoot = `${prefix}/api`;

/** The URL that browsers of the instance's clients know it by, as seen from here, without a final slash. */
export const clientRoot = `${window.location.origin}${prefix}`;
