import NIOCore
import NIOHTTP1

/// The farm's own routes: counters, faults, reset. The same on every port.
final class FarmControl: Sendable {
    private let boxes: [BoxHandle]

    init(boxes: [BoxHandle]) {
        self.boxes = boxes
    }

    /// Answers a request under `/farm`. It is for the box that `?box=N` names, else for the one whose port it came to,
    /// else for all.
    func handle(_ call: HTTPCall, ownBox: Int?, on connection: BoxConnection, loop: any EventLoop) {
        let bound = NIOLoopBound(connection, eventLoop: loop)
        answer(call, ownBox: ownBox, loop: loop).hop(to: loop).whenSuccess { answer in
            bound.value.send(answer)
            bound.value.flush()
        }
    }

    private func answer(_ call: HTTPCall, ownBox: Int?, loop: any EventLoop) -> EventLoopFuture<HTTPAnswer> {
        func now(_ answer: HTTPAnswer) -> EventLoopFuture<HTTPAnswer> { loop.makeSucceededFuture(answer) }
        let known = ["/farm/stats": HTTPMethod.GET, "/farm/fault": .POST, "/farm/reset": .POST, "/farm/script": .POST]
        guard let method = known[call.path] else { return now(.notFound) }
        guard call.method == method else { return now(.wrongMethod) }
        let asked = call.query("box")
        let number = asked.map { Int($0) ?? -1 } ?? ownBox
        if let number, !boxes.indices.contains(number) {
            return now(.refusal("no box \(asked ?? ""); there are 0 to \(boxes.count - 1)"))
        }
        let chosen = number.map { [boxes[$0]] } ?? boxes
        let results: [EventLoopFuture<ByteBuffer>]
        switch call.path {
        case "/farm/stats":
            results = chosen.map { $0.stats().map(\.json) }
        case "/farm/fault":
            let fault: FarmFault
            do throws(FarmError) { fault = try FarmFault(json: call.body) } catch {
                return now(.refusal(error.description))
            }
            results = chosen.map { box in
                box.ask { $0.set(fault) }.map { ByteBuffer(string: "{\"box\":\(box.number),\"ok\":true}") }
            }
        case "/farm/script":
            let script: FarmScript?
            do throws(FarmError) { script = try FarmScript.read(call.body) } catch {
                return now(.refusal(error.description))
            }
            results = chosen.map { box in
                box.ask { owner in
                    owner.told = script
                    return owner.loop.makeSucceededFuture(ByteBuffer(string: "{\"box\":\(box.number),\"ok\":true}"))
                }
            }
        default:
            results = chosen.map { box in
                box.ask { $0.reset() }.map { ByteBuffer(string: "{\"box\":\(box.number),\"ok\":true}") }
            }
        }
        return EventLoopFuture.whenAllSucceed(results, on: loop).map { texts in
            guard number == nil else { return .json { $0.writeImmutableBuffer(texts[0]) } }
            return .json {
                $0.writeStaticString("{\"boxes\":")
                $0.writeList("[", texts, "]") { $0.writeImmutableBuffer($1) }
                $0.writeStaticString("}")
            }
        }.flatMapErrorThrowing { .refusal("\($0)", status: 500) }
    }
}

extension HTTPAnswer {
    fileprivate static func refusal(_ message: String, status: Int = 400) -> HTTPAnswer {
        AnswerWire.refusal(Rejection(status, message), nil)
    }
}

extension FarmStats {
    /// As `/farm/stats` answers.
    var json: ByteBuffer {
        var body = ByteBuffer(string: "{\"box\":\(box)")
        body.writeField("requests", requests)
        body.writeField("completed", completed)
        body.writeField("cancelled", cancelled)
        body.writeField("running", running)
        body.writeField("max_running", maxRunning)
        body.writeField("queued", queued)
        body.writeField("loads", loads)
        body.writeField("evictions", evictions)
        body.writeField("tokens", tokens)
        body.writeField("failed", failed)
        body.writeField("pulling", pulling)
        body.writeStaticString("}")
        return body
    }
}
