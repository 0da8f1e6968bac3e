// A photo instead of the camera: sent to the server, which judges it; needs a network.
import { post } from "./server.js";
import { text } from "../texts.js";

/** Send a photo of a stall; resolves to `{ frame }` as the server judged it, or `{ said }`. */
export async function inspectPhoto(address, file) {
  const form = new FormData();
  form.set("photo", file);
  const answer = await post(address, form);
  if (answer.wrong === "network") return { said: text("no_network_photo") };
  if (answer.wrong === "login") return { said: text("login") };
  if (!answer.body) return { said: text("refused", { why: answer.said }) };
  const { verdict, codes, others } = answer.body;
  return { frame: { verdict, found: codes, others } };
}
