import Dialects
import NIOCore

/// A whole answer with a call that nobody can read, while the model is asked once more: the client gets it where nothing better comes.
final class SpareAnswer {
    let body: ByteBuffer
    /// The same, where clients can go on from it.
    let kept: KeptResponse?
    /// Where it came from: a position in the table.
    let deployment: Int
    /// What is left of its attempt, once that has ended.
    var remains: Attempt.Remains?

    init(body: ByteBuffer, kept: KeptResponse?, deployment: Int) {
        (self.body, self.kept, self.deployment) = (body, kept, deployment)
    }
}
