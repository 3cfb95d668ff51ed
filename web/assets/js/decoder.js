// Finding a QR code in a picture: the browser's own detector where it has one,
// else ours.

const WIDEST = 1280;

// openDecoder answers {name, read(video)}; read gives the text of the code
// nearest to the middle of the picture, or nothing.
export async function openDecoder(wasm) {
  return (await native()) ?? ours(wasm);
}

async function native() {
  try {
    const formats = await globalThis.BarcodeDetector?.getSupportedFormats();
    if (!formats?.includes("qr_code")) return null;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return {
      name: "native",
      async read(video) {
        const codes = await detector.detect(video);
        return nearest(codes.map((c) => ({ text: c.rawValue, points: c.cornerPoints })), video.videoWidth, video.videoHeight);
      },
    };
  } catch {
    return null; // announced and absent, as on some desktops
  }
}

async function ours(wasm) {
  const { prepareZXingModule, readBarcodes } = await import("./zxing.js");
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const options = { formats: ["QRCode"], tryHarder: true, tryDownscale: true, maxNumberOfSymbols: 8 };
  return {
    name: "wasm",
    async read(video) {
      const scale = Math.min(1, WIDEST / video.videoWidth);
      canvas.width = Math.round(video.videoWidth * scale);
      canvas.height = Math.round(video.videoHeight * scale);
      context.drawImage(video, 0, 0, canvas.width, canvas.height);
      const codes = await readBarcodes(context.getImageData(0, 0, canvas.width, canvas.height), options);
      return nearest(codes.filter((c) => c.isValid).map((c) => ({ text: c.text, points: Object.values(c.position) })), canvas.width, canvas.height);
    },
  };
}

// nearest keeps one code of a sheet that shows several: the one aimed at.
function nearest(codes, width, height) {
  let best = null;
  for (const { text, points } of codes) {
    const x = points.reduce((sum, p) => sum + p.x, 0) / points.length - width / 2;
    const y = points.reduce((sum, p) => sum + p.y, 0) / points.length - height / 2;
    const far = x * x + y * y;
    if (!best || far < best.far) best = { text, far };
  }
  return best?.text;
}
