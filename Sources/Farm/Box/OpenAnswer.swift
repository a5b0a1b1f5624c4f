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

    enum Outcome {
        /// The queue is full.
        case refused(Rejection)
        /// The model has written all that it was asked for.
        case through(AnswerFigures)
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
    /// Tokens that the model has written and the client has not got.
    var dueTokens = 0
    /// How it went, once that is known.
    var outcome: Outcome?
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

    /// Whether the client gets a whole answer when the model is through.
    var isWhole: Bool { ending == .done }

    /// Writes what is due: tokens, and the end if it has come.
    ///
    /// - Parameters:
    ///   - now: Nanoseconds since 1970.
    ///   - stamp: Each token's text ends in the clock.
    func writeDue(now: Int64, stamp: Bool, scratch: inout ByteBuffer) {
        written += dueTokens
        for _ in 0..<dueTokens {
            guard let piece = script?.next() else { break }
            scratch.clear()
            wire.write(
                piece, now: now, stamp: stamp ? Int64(NIODeadline.now().uptimeNanoseconds) : nil, into: &scratch)
            if scratch.readableBytes > 0 { send(line: scratch) }
        }
        dueTokens = 0
        switch outcome {
        case nil: break
        case .refused(let rejection): connection.send(AnswerWire.refusal(rejection, call.route))
        case .through(let figures): finish(figures, now: now)
        }
    }

    private func finish(_ figures: AnswerFigures, now: Int64) {
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
