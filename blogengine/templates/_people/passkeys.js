// Forms that a passkey can answer. Their buttons are hidden until this script shows them.
// data-passkey: "create" or "get"; data-begin: where the question comes from;
// data-pending, data-answer: the fields that carry question and answer to the server.
"use strict";

(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const toBytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };

  const toText = (buffer) => {
    let plain = "";
    for (const byte of new Uint8Array(buffer)) plain += String.fromCharCode(byte);
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };

  const withBytes = (list) => (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));

  const create = async (options) => {
    const made = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: toBytes(options.challenge),
        user: { ...options.user, id: toBytes(options.user.id) },
        excludeCredentials: withBytes(options.excludeCredentials),
      },
    });
    const { response } = made;
    return answer(made, {
      attestationObject: toText(response.attestationObject),
      clientDataJSON: toText(response.clientDataJSON),
      transports: response.getTransports ? response.getTransports() : [],
    });
  };

  const get = async (options) => {
    const found = await navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: toBytes(options.challenge),
        allowCredentials: withBytes(options.allowCredentials),
      },
    });
    const { response } = found;
    return answer(found, {
      authenticatorData: toText(response.authenticatorData),
      clientDataJSON: toText(response.clientDataJSON),
      signature: toText(response.signature),
      userHandle: response.userHandle ? toText(response.userHandle) : null,
    });
  };

  const answer = (credential, response) =>
    JSON.stringify({
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      clientExtensionResults: {},
      response,
    });

  const begin = async (form) => {
    const asked = await fetch(form.dataset.begin, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRF-Token": form.elements.csrf_token.value },
    });
    const told = await asked.json();
    if (told.code === "confirmation-needed") {
      location.assign(`/admin/confirm?next=${encodeURIComponent(location.pathname)}`);
      return null;
    }
    if (!asked.ok) throw new Error(`${told.detail} ${told.action}`);
    return told;
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("[data-passkey-button]");
    const said = form.querySelector("[data-passkey-said]");
    if (!button) continue;
    const creates = form.dataset.passkey === "create";
    button.hidden = false;
    form.hidden = false;
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      if (creates && !form.reportValidity()) return;
      button.disabled = true;
      said.textContent = "Your browser asks for the passkey …";
      try {
        const told = await begin(form);
        if (!told) return;
        const made = await (creates ? create : get)(told.options);
        form.elements[form.dataset.pending].value = told.pending;
        form.elements[form.dataset.answer].value = made;
        form.submit();
      } catch (error) {
        const refused = error.name === "NotAllowedError" || error.name === "AbortError";
        const known = error.name === "InvalidStateError";
        said.textContent = refused
          ? "No passkey was used. You can try again."
          : known
            ? "This device has a passkey for this site already."
            : error.message;
        button.disabled = false;
      }
    });
  }
})();
