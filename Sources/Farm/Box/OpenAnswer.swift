import NIOCore

/// An answer that a box owes.
final class OpenAnswer {
    /// How it ends.
    enum Ending: Equatable {
        case done
        case cut(FarmFault.Cut)
        case noDone
        case errorLine
        case badJSON
    }

    let call: ModelCall
    let connection: BoxConnection
    /// Nil for an embedding and for a request that only loads.
    var script: AnswerScript?
    var wire: AnswerWire
    let model: ModelProfile
    let promptTokens: Int
    var ending = Ending.done
    /// Tokens to write before that; all of them if nil.
    var limit: Int?
    private var written = 0
    private var hasBegun = false

    init(
        _ call: ModelCall, connection: BoxConnection, model: ModelProfile, number: Int, promptTokens: Int,
        script: AnswerScript?
    ) {
        self.call = call
        self.connection = connection
        self.model = model
        self.promptTokens = promptTokens
        self.script = script
        wire = AnswerWire(call, model: model, number: number)
    }

    /// Tokens that the scheduler is asked for.
    var tokens: Int {
        min(script?.tokens ?? 0, limit ?? .max)
    }

    /// The model wrote `count` more tokens.
    ///
    /// - Parameter stamp: The clock to put into the text of each, if any.
    func write(_ count: Int, now: Int64, stamp: Bool, scratch: inout ByteBuffer) {
        written += count
        for _ in 0..<count {
            guard let piece = script?.next() else { return }
            scratch.clear()
            wire.write(
                piece, now: now, stamp: stamp ? Int64(NIODeadline.now().uptimeNanoseconds) : nil, into: &scratch)
            if scratch.readableBytes > 0 { send(line: scratch) }
        }
    }

    /// The model is through. True if the client got a whole answer.
    func finish(_ figures: AnswerFigures, now: Int64) -> Bool {
        var figures = figures
        figures.promptCount = promptTokens
        figures.evalCount = written
        switch ending {
        case .done:
            if call.route.isEmbedding {
                connection.send(EmbeddingAnswer.make(call, model: model, figures: figures))
            } else if script == nil {
                connection.send(.json { $0.writeImmutableBuffer(self.wire.nativeEmpty(reason: "load", now: now)) })
            } else if call.stream {
                let lines = wire.lastLines(
                    reason: script!.reason, calls: script!.toolCalls, figures: figures, now: now)
                for line in lines { send(line: line) }
                endStream()
            } else {
                sendWhole(
                    wire.whole(reason: script!.reason, calls: script!.toolCalls, figures: figures, now: now))
            }
            return true
        case .cut(let end):
            if !call.stream, tokens > 0 {
                let whole = wire.whole(reason: "stop", calls: [], figures: figures, now: now)
                connection.begin(status: 200, contentType: wire.contentType, length: whole.readableBytes)
                connection.out.writeImmutableBuffer(
                    whole.getSlice(at: whole.readerIndex, length: whole.readableBytes / 2)!)
            }
            connection.cut(end)
        case .noDone:
            if call.stream {
                endStream()
            } else {
                sendWhole(wire.whole(reason: nil, calls: [], figures: figures, now: now))
            }
        case .errorLine:
            if call.stream {
                send(line: wire.errorLine(now: now))
                endStream()
            } else {
                connection.send(AnswerWire.refusal(Rejection(500, Rejection.runnerDied), call.route))
            }
        case .badJSON:
            if call.stream {
                send(line: wire.brokenLine)
                endStream()
            } else {
                let whole = wire.whole(reason: "stop", calls: [], figures: figures, now: now)
                sendWhole(whole.getSlice(at: whole.readerIndex, length: whole.readableBytes / 2)!)
            }
        }
        return false
    }

    private func begin() {
        guard !hasBegun else { return }
        hasBegun = true
        connection.begin(status: 200, contentType: wire.contentType)
    }

    private func send(line: ByteBuffer) {
        begin()
        connection.out.writeChunk(line)
    }

    private func endStream() {
        begin()
        connection.out.writeLastChunk()
        connection.end()
    }

    private func sendWhole(_ body: ByteBuffer) {
        connection.send(HTTPAnswer(status: 200, contentType: wire.contentType, body: body))
    }
}
