/// How the open requests of a box are spread.
public struct BoxCounts: Equatable, Sendable {
    /// Holding a slot.
    public var running: Int
    /// Waiting for a slot of a loaded model.
    public var waiting: Int
    /// Waiting for the scheduler, the one whose model loads among them.
    public var queued: Int

    /// None, unless said.
    public init(running: Int = 0, waiting: Int = 0, queued: Int = 0) {
        self.running = running
        self.waiting = waiting
        self.queued = queued
    }

    /// All of them.
    public var open: Int { running + waiting + queued }
}
