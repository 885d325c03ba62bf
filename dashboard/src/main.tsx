import "@/styles/app.css";

import { setNonce } from "get-nonce";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { ApiError } from "@/api/error";
import { App } from "@/app/app";

// Radix adds a style element while a dialog is open; the page's policy lets it pass by its nonce.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
if (nonce) setNonce(nonce);

const root = document.getElementById("root");
if (root) {
  const onCaughtError = (error: unknown) => {
    // A refusal of the API is told by the page that is shown instead.
    if (!(error instanceof ApiError)) console.error(error);
  };
  createRoot(root, { onCaughtError }).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
