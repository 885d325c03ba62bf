import globals from "../clients/node_modules/globals/index.js";
import clients from "../clients/eslint.config.js";

// Much of it runs on pages.
const browser = { languageOptions: { globals: globals.browser } };

export default [...clients, browser];
