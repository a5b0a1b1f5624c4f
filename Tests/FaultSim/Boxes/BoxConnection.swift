import NIOCore

/// A connection as the box has it: reads requests, writes answers, one at a time.
final class BoxConnection: SimulatedPeer {
    let box: SimulatedBox
    let socket: SimulatedSocket
    private var input = ByteBuffer()
    /// Position among the box's connections, for the order of things.
    let number: Int
    private(set) var isClosed = false
    /// Answers that it has carried.
    private var served = 0
    /// The request that is worked on, or waits for a slot.
    private(set) var job: BoxJob?

    init(_ box: SimulatedBox, _ socket: SimulatedSocket, number: Int) {
        self.box = box
        self.socket = socket
        self.number = number
    }

    func received(_ bytes: ByteBuffer) {
        guard !isClosed else { return }
        var bytes = bytes
        input.writeBuffer(&bytes)
        guard job == nil, let request = BoxRequest(&input) else { return }
        if served > 0, box.closesNow() { return end(byReset: box.resets()) }
        let job = BoxJob(self, request)
        self.job = job
        box.take(job)
    }

    func gatewayClosed() {
        guard !isClosed else { return }
        isClosed = true
        if let job { box.lost(job) }
        job = nil
        box.forget(self)
    }

    /// The box's process closes it.
    func end(byReset: Bool) {
        guard !isClosed else { return }
        isClosed = true
        job = nil
        byReset ? socket.sendReset() : socket.sendEnd()
        box.forget(self)
    }

    /// The answer is whole: the next request may come.
    func answered() {
        job = nil
        served += 1
    }
}

/// A request as a box got it.
struct BoxRequest {
    let path: String
    /// The client's request that it is made of; -1: none.
    let marker: Int
    /// Which of the scenario's models.
    let model: Int
    /// Words of prompt.
    let words: Int

    let hasStreamFalse: Bool
    let hasStreamTrue: Bool

    /// Takes one out of the bytes; nil while it is not whole.
    init?(_ input: inout ByteBuffer) {
        guard
            let head = input.distance(to: "\r\n\r\n").flatMap({ input.getSlice(at: input.readerIndex, length: $0 + 4) })
        else { return nil }
        let length = head.number(behind: "content-length: ") ?? head.number(behind: "Content-Length: ") ?? 0
        guard input.readableBytes >= head.readableBytes + length else { return nil }
        input.moveReaderIndex(forwardBy: head.readableBytes)
        let body = input.readSlice(length: length)!
        let line = head.distance(to: " HTTP/").flatMap { head.getString(at: head.readerIndex, length: $0) } ?? ""
        path = String(line.drop { $0 != "/" })
        marker = body.number(behind: "req-") ?? -1
        model = body.number(behind: "tag-m") ?? -1
        words = body.withUnsafeReadableBytes { raw in raw.reduce(0) { $1 == 0x20 ? $0 + 1 : $0 } }
        (hasStreamFalse, hasStreamTrue) = (body.has("\"stream\":false"), body.has("\"stream\":true"))
    }
}

/// A request that a box works on.
final class BoxJob {
    let connection: BoxConnection
    let request: BoxRequest
    var isRunning = false
    var isOver = false

    init(_ connection: BoxConnection, _ request: BoxRequest) {
        self.connection = connection
        self.request = request
    }
}
