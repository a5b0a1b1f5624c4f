public import Dialects

/// The head of a client's request, as it was read.
///
/// A class, since it goes through many hands and none of them changes it.
public final class CallHead: Sendable {
    /// The request's name.
    public let callID: CallID
    /// The low bits name the answer (`chatcmpl-…`) and jitter the pauses.
    public let random: UInt64
    /// Which of the calls.
    public let front: Front
    /// The model that its path names; nil: the body does.
    public let model: String?
    /// The connection stays open after the answer.
    public let keepAlive: Bool
    /// HTTP/1.0 clients cannot read chunked answers: theirs end with the connection.
    public let allowsChunked: Bool
    /// `access-control-allow-origin` of the answer.
    public let allowOrigin: String?
    /// The client that sent it.
    public let caller: Caller
    /// Its caller's place in a trace (`traceparent`); nil where it has said none that can be read.
    public let trace: TraceContext?
    /// How its headers ask for it to be served.
    public let wishes: CallWishes

    /// A head with nothing optional said.
    public init(
        callID: CallID, random: UInt64, front: Front, model: String? = nil, keepAlive: Bool = true,
        allowsChunked: Bool = true, allowOrigin: String? = nil, caller: Caller = Caller(), trace: TraceContext? = nil,
        wishes: CallWishes = CallWishes()
    ) {
        self.callID = callID
        self.random = random
        self.front = front
        self.model = model
        self.keepAlive = keepAlive
        self.allowsChunked = allowsChunked
        self.allowOrigin = allowOrigin
        self.caller = caller
        self.trace = trace
        self.wishes = wishes
    }

    /// The same as the last request of its connection, so that the answer tells the client not to use it again.
    public func asLast() -> CallHead {
        CallHead(
            callID: callID, random: random, front: front, model: model, keepAlive: false, allowsChunked: allowsChunked,
            allowOrigin: allowOrigin, caller: caller, trace: trace, wishes: wishes)
    }

    /// The same of this caller.
    convenience init(_ head: CallHead, of caller: Caller) {
        self.init(
            callID: head.callID, random: head.random, front: head.front, model: head.model, keepAlive: head.keepAlive,
            allowsChunked: head.allowsChunked, allowOrigin: head.allowOrigin, caller: caller, trace: head.trace,
            wishes: head.wishes)
    }
}
