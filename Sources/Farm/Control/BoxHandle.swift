import NIOCore

/// A box that can be asked from anywhere.
struct BoxHandle: Sendable {
    let number: Int
    let loop: any EventLoop
    private let box: NIOLoopBound<FarmBox>

    /// Must be made on the box's loop.
    init(_ box: FarmBox) {
        number = box.number
        loop = box.loop
        self.box = NIOLoopBound(box, eventLoop: box.loop)
    }

    /// Asks the box on its loop.
    func ask<Answer: Sendable>(
        _ body: @escaping @Sendable (FarmBox) throws -> EventLoopFuture<Answer>
    ) -> EventLoopFuture<Answer> {
        loop.flatSubmit { [box, loop] in
            do { return try body(box.value) } catch { return loop.makeFailedFuture(error) }
        }
    }

    func stats() -> EventLoopFuture<FarmStats> {
        ask { $0.loop.makeSucceededFuture($0.stats) }
    }
}
