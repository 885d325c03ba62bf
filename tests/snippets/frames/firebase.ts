import { initializeApp } from "firebase/app";
import { getAuth } from "firebase/auth";

export const auth = getAuth(initializeApp({ projectId: "example-app-1a2b3" }));
