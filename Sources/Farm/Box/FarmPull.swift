import NIOCore

/// A pull that a box owes: the layers of a model one after the other, at the pace of the box's line.
final class FarmPull {
    struct Layer: Equatable {
        let digest: String
        let size: Int
    }

    let model: ModelProfile
    let connection: BoxConnection
    let layers: [Layer]
    /// The lines that it writes before it ends so, and how; nil: it ends well.
    var fault: (lines: Int, kind: FarmFault.Kind)?
    /// What wakes it next.
    var timer: Scheduled<Void>?
    private let streams: Bool
    private let start: NIODeadline
    private let bytesPerNanosecond: Double
    private var lines = 0
    /// The layer that comes now.
    private var current = 0
    private var hasBegun = false

    /// As often as a real box writes a layer's progress.
    static let interval = TimeAmount.milliseconds(60)

    init(_ model: ModelProfile, streams: Bool, bytesPerSecond: Double, on connection: BoxConnection) {
        self.model = model
        self.streams = streams
        self.connection = connection
        start = .now()
        bytesPerNanosecond = bytesPerSecond / 1e9
        layers = Self.layers(of: model)
    }

    /// The weights, then the small things that come with them.
    static func layers(of model: ModelProfile) -> [Layer] {
        let key = ModelName(model.name)?.key ?? model.name
        let small = [1_429, 12_320, 96, 485]
        let sizes = [max(1, model.sizeBytes - small.reduce(0, +))] + small
        return sizes.enumerated().map { index, size in
            Layer(digest: "sha256:" + BoxLibrary.digest(of: "\(key)#\(index)"), size: size)
        }
    }

    func cancel() { timer?.cancel() }

    /// What came of a step.
    enum Step: Equatable {
        case goesOn
        /// Nothing more comes, and nothing is said.
        case stalls
        /// All is there, or the fault has ended it.
        case ended(isThere: Bool)
    }

    /// Writes what has come by now.
    func step(at now: NIODeadline, isCached: Bool) -> Step {
        if !hasBegun, let step = say("pulling manifest") { return step }
        hasBegun = true
        var left = isCached ? .infinity : Double((now - start).nanoseconds) * bytesPerNanosecond
        // Nothing times no bound is no number.
        if left.isNaN { left = .infinity }
        for (index, layer) in layers.enumerated() {
            let come = Int(min(left, Double(layer.size)))
            left -= Double(come)
            guard index >= current else { continue }
            if let step = write(layer, come) { return step }
            guard come == layer.size else { return .goesOn }
            current = index + 1
        }
        for status in ["verifying sha256 digest", "writing manifest", "success"] {
            if let step = say(status) { return step }
        }
        if streams {
            connection.out.writeLastChunk()
            connection.end()
        } else {
            let body = ByteBuffer(string: "{\"status\":\"success\"}")
            connection.send(HTTPAnswer(status: 200, contentType: "application/json", body: body))
        }
        return .ended(isThere: true)
    }

    /// The refusal of a model that there is not.
    func refuse(_ message: String) {
        guard streams else { return connection.send(AnswerWire.refusal(Rejection(500, message), nil)) }
        _ = say("pulling manifest")
        fail(message)
    }

    private func fail(_ message: String) {
        guard streams else { return connection.send(AnswerWire.refusal(Rejection(500, message), nil)) }
        send { body in
            body.writeStaticString("{\"error\":")
            body.writeJSON(message)
        }
        connection.out.writeLastChunk()
        connection.end()
    }

    private func say(_ status: String) -> Step? {
        line { body in
            body.writeStaticString("{\"status\":")
            body.writeJSON(status)
        }
    }

    private func write(_ layer: Layer, _ come: Int) -> Step? {
        line { body in
            body.writeStaticString("{\"status\":")
            body.writeJSON("pulling \(layer.digest.dropFirst(7).prefix(12))")
            body.writeField("digest", layer.digest)
            body.writeField("total", layer.size)
            if come > 0 { body.writeField("completed", come) }
        }
    }

    /// Writes a line, unless the fault comes first.
    private func line(_ write: (inout ByteBuffer) -> Void) -> Step? {
        if let fault, lines >= fault.lines {
            switch fault.kind {
            case .stallAfter: return .stalls
            case .cutAfter(_, let end): connection.cut(end)
            case .noDone where streams:
                connection.out.writeLastChunk()
                connection.end()
            default: fail("max retries exceeded: unexpected EOF")
            }
            return .ended(isThere: false)
        }
        lines += 1
        if streams { send(write) }
        return nil
    }

    private func send(_ write: (inout ByteBuffer) -> Void) {
        if !isOpen { connection.begin(status: 200, contentType: "application/x-ndjson") }
        isOpen = true
        var line = ByteBuffer()
        write(&line)
        line.writeStaticString("}\n")
        connection.out.writeChunk(line)
    }

    /// The head is out.
    private var isOpen = false
}
