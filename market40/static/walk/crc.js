// The checksum of payloads: ISO/IEC 13239, as EMVCo MPM has it.

/** CRC-16/CCITT-FALSE of a text's UTF-8 bytes, four digits in capitals. */
export function crc(text) {
  let sum = 0xffff;
  for (const byte of new TextEncoder().encode(text)) {
    sum ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) sum = sum & 0x8000 ? (sum << 1) ^ 0x1021 : sum << 1;
    sum &= 0xffff;
  }
  return sum.toString(16).toUpperCase().padStart(4, "0");
}
