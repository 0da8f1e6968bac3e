// A worker that finds every QR symbol of a frame, where the browser has no BarcodeDetector of its own.
// Light symbols on dark are looked for too: banks' apps read them, so a sticker may be one.
import { binarize, grayscale } from "../third/nuintun-qrcode/binarizer/index.js";
import { Decoder } from "../third/nuintun-qrcode/decoder/Decoder.js";
import { Detector } from "../third/nuintun-qrcode/detector/Detector.js";

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
  return new TextDecoder(charset.label).decode(bytes);
}

const decoder = new Decoder({ decode: textOf });

function symbols(luminances, width, height, found) {
  const detected = new Detector().detect(binarize(luminances, width, height));
  let next = detected.next();
  while (!next.done) {
    let read = false;
    try {
      found.add(decoder.decode(next.value.matrix).content);
      read = true;
    } catch {
      // looks like a symbol and is none, or cannot be read in this frame
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
