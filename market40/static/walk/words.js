// What a verdict is in words: one sentence of what is wrong, and a line for each of several codes.
import { counted, text } from "../texts.js";

const page = document.getElementById("walk").dataset;
const VERDICTS = JSON.parse(page.verdicts);
const FIELDS = JSON.parse(page.fields);

/** The verdict's short name, as on every page. */
export const named = (verdict) => VERDICTS[verdict] ?? verdict;

const elsewhere = (one) =>
  one.stall ? text("say_another_stall", { n: one.stall }) : text("say_elsewhere");

/** What is wrong with one code, by the phone's finding or the server's answer. */
export function sentence(one) {
  if (one.verdict === "another_stall") return elsewhere(one);
  if (one.verdict !== "altered") return text(`say_${one.verdict}`);
  if (one.differs?.length) {
    const fields = one.differs.map((name) => FIELDS[name] ?? name).join(", ");
    return `${text("say_altered")} ${text("differs_in", { fields })}`;
  }
  return one.amount ? text("say_amount") : text("say_altered");
}

/** The sentence of a whole frame. */
export function why(frame) {
  if (frame.verdict === "several_codes") return counted("say_several_codes", frame.found.length);
  if (!frame.found.length) return text(frame.others ? "say_not_payment" : "say_unreadable");
  return sentence(frame.found[0]);
}

/** A line for each code where there are several, and whom a code pays where the server says so. */
export function lines(frame) {
  const whose = (one) => (one.bank ? text("pays", { bank: one.bank, last4: one.last4 }) : "");
  if (frame.verdict !== "several_codes") return frame.found.map(whose).filter(Boolean);
  return frame.found.map((one) => `${named(one.verdict)}. ${whose(one)}`.trim());
}

const clock = { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit", hour12: false };
const date = { timeZone: "Asia/Ho_Chi_Minh", day: "2-digit", month: "2-digit", year: "numeric" };

/** An instant as people of the market read it: 10:32 24/11/2026. */
export function when(instant) {
  const at = new Date(instant);
  return `${at.toLocaleTimeString("en-GB", clock)} ${at.toLocaleDateString("en-GB", date)}`;
}

/** A day alone: 24/11/2026. */
export const day = (instant) => new Date(instant).toLocaleDateString("en-GB", date);
