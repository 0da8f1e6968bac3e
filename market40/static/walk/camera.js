// The camera at the back, and the texts of every QR symbol in each frame, one frame after another.
const LONGEST = 1024; // px of a frame's longer side, for the decoder of ours
const SHORTEST = 640;
const SLOW_MS = 280; // a frame that takes longer is looked at smaller from then on
const PAUSE_MS = 60;

async function ownReader() {
  try {
    const kinds = await globalThis.BarcodeDetector.getSupportedFormats();
    if (!kinds.includes("qr_code")) return null;
    const detector = new globalThis.BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video)).map((one) => one.rawValue);
  } catch {
    return null; // it has none
  }
}

function ourReader() {
  const worker = new Worker(new URL("./decode.js", import.meta.url), { type: "module" });
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  let longest = LONGEST;

  return (video) =>
    new Promise((done, failed) => {
      const { videoWidth, videoHeight } = video;
      const share = Math.min(1, longest / Math.max(videoWidth, videoHeight));
      const width = (canvas.width = Math.round(videoWidth * share));
      const height = (canvas.height = Math.round(videoHeight * share));
      pen.drawImage(video, 0, 0, width, height);
      const pixels = pen.getImageData(0, 0, width, height).data.buffer;
      const began = performance.now();
      worker.onmessage = ({ data }) => {
        if (performance.now() - began > SLOW_MS) longest = Math.max(SHORTEST, longest * 0.8);
        done(data.filter(Boolean));
      };
      worker.onerror = () => failed(new Error("the decoder did not start"));
      worker.postMessage({ pixels, width, height }, [pixels]);
    });
}

/**
 * Open the camera into `video` and call `seen(texts)` for each frame while the page is looked at.
 *
 * Resolves to `{ torch, stop }`: `torch` is null where the camera has no light, else it switches
 * it and resolves to whether it is on. Rejects where there is no camera or none is allowed.
 */
export async function openCamera(video, seen) {
  if (!navigator.mediaDevices?.getUserMedia) throw new Error("no camera in this browser");
  const wanted = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
  const stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
  const [track] = stream.getVideoTracks();
  video.srcObject = stream;
  await video.play();
  const read = (await ownReader()) ?? ourReader();
  let going = true;
  let lit = false;

  async function look() {
    while (going) {
      if (!document.hidden && video.readyState >= video.HAVE_CURRENT_DATA) {
        try {
          await seen(await read(video));
        } catch {
          // this frame could not be read: the next one may be
        }
      }
      await new Promise((later) => setTimeout(later, PAUSE_MS));
    }
  }

  async function torch() {
    await track.applyConstraints({ advanced: [{ torch: !lit }] });
    lit = !lit;
    return lit;
  }

  function stop() {
    going = false;
    track.stop();
    video.srcObject = null;
  }

  look();
  const able = track.getCapabilities?.().torch ? torch : null;
  return { torch: able, stop, ended: (then) => track.addEventListener("ended", then) };
}
