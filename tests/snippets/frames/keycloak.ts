import Keycloak from "keycloak-js";

export const keycloak = new Keycloak({
  url: "https://keycloak.example.com",
  realm: "example",
  clientId: "my-app",
});
