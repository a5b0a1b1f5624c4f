/// How far the answer to one request is, for the connection that waits for it.
///
/// An answer that is given at once, inside the call that hands its request over, must not begin the next request in there
/// too: thousands of pipelined ones would overflow the stack.
enum Turn: Equatable {
    /// The request is being handed over. To `serving` when that is done, to `answered` by an answer given at once.
    case beginning
    /// The answer is awaited. To `answered`.
    case serving
    /// The last byte is given out. The next request may begin as soon as whoever handed this one over is done.
    case answered
}
