import Balancer
import Gateway
import NIOCore
import TestSupport

/// A request that runs as several, without a socket: what the lane does, step by step as a test says.
final class PartsLane {
    let clock: ManualClock
    private var whole: Exchange
    private var parts: [Int: Box] = [:]
    /// The client's bytes.
    private(set) var answer = ""
    private(set) var isOver = false
    /// The instances that parts were sent to, and with which bytes, by their numbers; the last of each.
    private(set) var sent: [Int: (instance: Int, bytes: String)] = [:]
    private(set) var begun: [Int] = []
    private(set) var paused: Set<Int> = []
    private(set) var waiting: [Int: PickRequest] = [:]
    /// The whole request was sent to this instance.
    private(set) var sentWhole: Int?

    /// An array cannot hold an exchange itself.
    private final class Box {
        var exchange: Exchange

        init(_ exchange: consuming Exchange) { self.exchange = exchange }
    }

    init(_ exchange: consuming Exchange, clock: ManualClock) {
        whole = exchange
        self.clock = clock
    }

    var record: RequestRecord { whole.record }
    var running: [Int] { parts.keys.sorted() }

    func begin() { perform(whole.begin(at: clock.now)) }

    func head(_ part: Int, status: Int = 200) {
        event(part) { $0.upstreamHead(status: status, retryAfterSeconds: nil, at: $1) }
    }

    /// Bytes of a part's answer, as one read.
    func bytes(_ part: Int, _ text: String) {
        event(part) { $0.upstreamBytes(ByteBuffer(string: text), at: $1) }
        event(part) { $0.flush(at: $1) }
    }

    func end(_ part: Int) { event(part) { $0.upstreamEnded(at: $1) } }
    func lose(_ part: Int) { event(part) { $0.upstreamLost(.lost("is gone"), at: $1) } }

    /// A whole answer of a part.
    func answer(_ part: Int, _ text: String, status: Int = 200) {
        head(part, status: status)
        bytes(part, text)
        end(part)
    }

    func answerWhole(_ text: String) {
        perform(whole.upstreamHead(status: 200, retryAfterSeconds: nil, at: clock.now))
        perform(whole.upstreamBytes(ByteBuffer(string: text), at: clock.now))
        perform(whole.upstreamEnded(at: clock.now))
    }

    func leave() {
        stop()
        whole.clientLeft(at: clock.now)
        isOver = true
    }

    func keepAlive() { perform(whole.keepAlive(at: clock.now)) }

    private func event(_ part: Int, _ body: (inout Exchange, Moment) -> Exchange.Action) {
        guard let box = parts[part] else { return }
        perform(body(&box.exchange, clock.now), of: part)
    }

    private func perform(_ action: consuming Exchange.Action, of part: Int) {
        switch consume action {
        case .send(let bytes, let instance): sent[part] = (instance.index, String(buffer: bytes))
        case .write(let bytes):
            guard let deployment = parts[part]?.exchange.record.deployment else { return }
            perform(whole.partWrote(bytes, of: part, from: deployment, at: clock.now))
        case .finish(let bytes, _):
            guard let end = parts.removeValue(forKey: part)?.exchange.partEnd else { return }
            perform(whole.partEnded(part, end, bytes, at: clock.now))
        case .pause: paused.insert(part)
        case .wait(_, let ask): waiting[part] = ask
        case .work(let work):
            guard let box = parts[part] else { return }
            perform(box.exchange.worked(work.run(), at: clock.now), of: part)
        case .none, .fetch, .recall, .begin, .endParts, .hedge, .stepAside, .resume: break
        }
    }

    private func perform(_ action: consuming Exchange.Action) {
        switch consume action {
        case .write(let bytes): answer += String(buffer: bytes)
        case .begin(let numbers, let bytes):
            if let bytes { answer += String(buffer: bytes) }
            for number in numbers {
                guard whole.isInParts, let part = whole.makePart(number, at: clock.now) else { return }
                let box = Box(part)
                parts[number] = box
                begun.append(number)
                perform(box.exchange.begin(at: clock.now), of: number)
            }
        case .endParts:
            stop()
            perform(whole.partsStopped(at: clock.now))
        case .finish(let bytes, _):
            answer += String(buffer: bytes)
            isOver = true
        case .send(_, let instance): sentWhole = instance.index
        case .work(let work): perform(whole.worked(work.run(), at: clock.now))
        case .none, .wait, .pause, .fetch, .recall, .hedge, .stepAside, .resume: break
        }
    }

    private func stop() {
        for box in parts.values {
            box.exchange.clientLeft(at: clock.now)
            whole.partStopped(box.exchange.partEnd)
        }
        parts = [:]
    }
}
