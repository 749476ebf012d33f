import "@/app/styles.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "@/app/app";
import { createServices } from "@/app/services";
import { acquireByWebLock, randomId, resolveTabId } from "@/lib/tab-id";

const tabId = await resolveTabId({
  storage: sessionStorage,
  acquireName: acquireByWebLock(navigator.locks),
  newId: randomId,
});
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root.");
createRoot(root).render(
  <StrictMode>
    <App services={createServices({ tabId })} />
  </StrictMode>,
);
