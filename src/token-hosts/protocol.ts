/** All calls of the object of a token that may serve several hosts. Each may be made twice. Times in epoch milliseconds. */
export interface TokenHostsProtocol {
  /** A host is about to open a socket by the token. */
  opened(tokenId: number, hostId: number): Promise<void>;
  /** The token changes by `at`: the hosts with its sockets read it again then. */
  changes(at: number): Promise<void>;
}
