/** A generator as a stream that is read on demand. `done` is called when the reader cancels. */
export const streamOf = <Chunk>(chunks: AsyncGenerator<Chunk>, done: () => void = () => undefined) =>
  new ReadableStream<Chunk>({
    pull: async (controller) => {
      const { value, done: isOver } = await chunks.next();
      if (isOver) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => {
      done();
      await chunks.return(undefined);
    },
  });

const UTF_8 = new TextEncoder();

/** Pieces of text as a stream of bytes that is written as it is read. */
export const textStream = (pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> =>
  streamOf(encoded(pieces));

async function* encoded(pieces: AsyncGenerator<string>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield UTF_8.encode(piece);
}
