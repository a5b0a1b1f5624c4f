import NIOCore

/// What the first box has said that was asked to unload a model, while the others are asked: the client gets it in the end.
final class FirstUnload {
    /// Head and body for the client.
    let reply: ByteBuffer
    /// Where it came from: a position in the table.
    let deployment: Int
    /// The attempt's number, and when it was sent, as in ``RequestRecord``.
    let attempt: UInt16
    let sentNanoseconds: Int64

    init(_ record: RequestRecord, reply: ByteBuffer) {
        self.reply = reply
        (deployment, attempt, sentNanoseconds) = (record.deployment, record.lastAttempt, record.sentNanoseconds)
    }
}
