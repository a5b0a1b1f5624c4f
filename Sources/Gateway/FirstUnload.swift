import NIOCore

/// What the first box has said that was asked to unload a model, while the others are asked: the client gets it in the end.
final class FirstUnload {
    /// Head and body for the client.
    let reply: ByteBuffer
    /// Where it came from: a position in the table.
    let deployment: Int

    init(reply: ByteBuffer, deployment: Int) {
        (self.reply, self.deployment) = (reply, deployment)
    }
}
