// A worker that finds every QR symbol of a frame, where the browser has no BarcodeDetector of its own.
// Light symbols on dark are looked for too: banks' apps read them, so a sticker may be one.
import { binarize, grayscale } from "../third/nuintun-qrcode/binarizer/index.js";
import { Decoder } from "../third/nuintun-qrcode/decoder/Decoder.js";
import { Detector } from "../third/nuintun-qrcode/detector/Detector.js";

/** Stands for a symbol in a character set that we do not have: a code to pay by, malformed. */
const UNTOLD = "0002?";
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Bytes without a named character set are UTF-8 where they can be, as on codes of the country. */
function textOf(bytes, charset) {
  if (charset.label === "iso-8859-1") {
    try {
      return UTF8.decode(bytes);
    } catch {
      // what it says it is, then
    }
  }
  try {
    return new TextDecoder(charset.label).decode(bytes);
  } catch {
    return LATIN.decode(bytes); // CP437, binary: the letters of a payload are the same in all of them
  }
}

const LATIN = new TextDecoder("iso-8859-1");
const decoder = new Decoder({ decode: textOf });

function symbols(luminances, width, height, found) {
  const detected = new Detector().detect(binarize(luminances, width, height));
  let next = detected.next();
  while (!next.done) {
    let read = false;
    try {
      found.add(decoder.decode(next.value.matrix).content);
      read = true;
    } catch ({ message }) {
      // it looks like a symbol and is none, or cannot be read in this frame; but one that is there
      // must not go unseen beside the stall's own
      if (message === "illegal charset value") found.add(UNTOLD);
    }
    next = detected.next(read);
  }
}

onmessage = ({ data: { pixels, width, height } }) => {
  const found = new Set();
  const luminances = grayscale({ data: new Uint8ClampedArray(pixels), width, height });
  symbols(luminances, width, height, found);
  for (let at = 0; at < luminances.length; at++) luminances[at] = 255 - luminances[at];
  symbols(luminances, width, height, found);
  postMessage([...found].filter(Boolean));
};
