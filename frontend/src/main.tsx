import "@/app/styles.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "@/app/app";
import { createServices } from "@/app/services";
import { claimByWebLock, randomSessionId, resolveSessionId } from "@/lib/session-id";

const tabId = await resolveSessionId({
  storage: sessionStorage,
  claim: claimByWebLock(navigator.locks),
  newId: randomSessionId,
});
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root.");
createRoot(root).render(
  <StrictMode>
    <App services={createServices({ tabId })} />
  </StrictMode>,
);
