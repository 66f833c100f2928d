/** What a FixedLengthStream says of a stream of another length. */
const isOfLength = (error: unknown): boolean =>
  error instanceof Error && error.message.includes("FixedLengthStream");

/**
 * Sends a stream of `bytes` bytes to R2, which takes none of unknown length. `isWhole` is false if the stream had another
 * length. Throws what `send` throws.
 */
export const sendKnownLength = async <Reply>(
  body: ReadableStream,
  bytes: number,
  send: (sized: ReadableStream) => Promise<Reply>,
): Promise<{ isWhole: true; reply: Reply } | { isWhole: false }> => {
  const sized = new FixedLengthStream(bytes);
  const piped = body.pipeTo(sized.writable);
  try {
    const [reply] = await Promise.all([send(sized.readable), piped]);
    return { isWhole: true, reply };
  } catch (error) {
    // If R2 failed without reading, nobody else would: the pipe would wait for ever.
    await sized.readable.cancel(error).catch(() => undefined);
    const ofPipe: unknown = await piped.catch((failure: unknown) => failure);
    if (isOfLength(error) || isOfLength(ofPipe)) return { isWhole: false };
    throw error;
  }
};
