// Tells the widget who is signed in. The signature was made by the shop's server; this page knows no secret.
"use strict";

window.kaitakSettings = { locale: "zh-HK" };

function introduce() {
  const { identifier, identifierHash, name, email, phone } = document.body.dataset;
  if (identifier) {
    window.$kaitak.setUser(identifier, { name, email, phone_number: phone, identifier_hash: identifierHash });
  } else if (sessionStorage.getItem("signed-out")) {
    sessionStorage.removeItem("signed-out");
    window.$kaitak.reset();
  }
}

for (const form of document.querySelectorAll("form[action='/sign-out']")) {
  form.addEventListener("submit", () => sessionStorage.setItem("signed-out", "1"));
}

if (window.$kaitak?.hasLoaded) introduce();
else window.addEventListener("kaitak:ready", introduce, { once: true });
