import Balancer
import Dialects
import Ledger
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Loads of models, by clients of Ollama.
@Suite struct ExchangeLoadingTests {
    private static let loads: [(front: Front, body: String, reason: String)] = [
        (.ollamaGenerate, #"{"model":"llama3"}"#, "load"),
        (.ollamaGenerate, #"{"model":"llama3","prompt":"","keep_alive":0}"#, "unload"),
        (.ollamaChat, #"{"model":"llama3","messages":[]}"#, "load"),
    ]

    @Test(arguments: loads.indices) func `a model that no instance loads is as good as loaded, and nobody is asked`(
        index: Int
    ) {
        let (front, body, reason) = Self.loads[index]
        let rig = ExchangeRig(provider: "openai", isLocal: false)
        var exchange = rig.exchange(body, front: front)
        guard case .finish(let bytes, let keepAlive) = exchange.begin(at: rig.clock.now) else {
            Issue.record("it goes on")
            return
        }
        let text = String(buffer: bytes)
        #expect(keepAlive && exchange.isOver && exchange.attemptNumber == 0)
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(text)")
        #expect(text.contains("application/json; charset=utf-8\r\n"))
        #expect(text.hasSuffix("\"done_reason\":\"\(reason)\"}"), "\(text)")
        #expect(exchange.record.outcome == .succeeded && exchange.record.status == 200)
    }

    @Test(arguments: loads.indices) func `a model of a provider that is not built is not loaded`(index: Int) {
        let (front, body, _) = Self.loads[index]
        let rig = ExchangeRig(provider: "openai", isLocal: false)
        let route = RouteTable.Route(
            model: ModelID(index: 0), name: "llama3", notBuilt: "needs what is not there", needs: [],
            serviceClass: .default, rules: .none, maxWait: nil, timeout: nil)
        var exchange = rig.exchange(body, front: front)
        exchange.use(RouteTable(routes: [("llama3", route)], deployments: rig.routes.deployments))
        let text = exchange.begin(at: rig.clock.now).bytes
        #expect(text?.hasPrefix("HTTP/1.1 501 ") == true && text?.contains("needs what is not there") == true)
        #expect(exchange.record.outcome == .failed && exchange.attemptNumber == 0)
    }

    @Test(arguments: loads.indices) func `a load that a box has answered is no tokens, and costs nothing`(index: Int) {
        let (front, body, reason) = Self.loads[index]
        let rig = ExchangeRig(
            boxes: 1,
            price: Price(input: Money(picodollars: 1_000_000_000), output: Money(picodollars: 2_000_000_000)))
        var exchange = rig.exchange(body, front: front)
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        let content = front == .ollamaChat ? #""message":{"role":"assistant","content":""}"# : #""response":"""#
        let answer = #"{"model":"llama3","created_at":"t",\#(content),"done":true,"done_reason":"\#(reason)"}"#
        _ = exchange.upstreamBytes(ByteBuffer(string: answer), at: rig.clock.now)
        let text = exchange.upstreamEnded(at: rig.clock.now).bytes
        #expect(text?.hasPrefix("HTTP/1.1 200 ") == true)
        #expect(text?.contains("x-litellm-response-cost: 0.0\r\n") == true, "\(text ?? "")")
        #expect(exchange.record.promptTokens == 0 && exchange.record.completionTokens == 0)
        #expect(exchange.record.cost == 0)
    }

    /// Of requests that have a box load a model and give it nothing to do, and their answers.
    private static let idle: [(front: Front, body: String, answer: String)] = [
        (
            .ollamaGenerate, #"{"model":"llama3"}"#,
            #"{"model":"llama3","created_at":"t","response":"","done":true,"done_reason":"load"}"#
        ),
        (
            .ollamaGenerate, #"{"model":"llama3","prompt":"","keep_alive":"0s"}"#,
            #"{"model":"llama3","created_at":"t","response":"","done":true,"done_reason":"unload"}"#
        ),
        (
            .ollamaChat, #"{"model":"llama3","messages":[]}"#,
            #"{"model":"llama3","created_at":"t","message":{"role":"assistant","content":""},"done":true,"done_reason":"load"}"#
        ),
        (.ollamaEmbed, #"{"model":"llama3","input":[]}"#, #"{"model":"llama3","embeddings":[]}"#),
        (.ollamaEmbed, #"{"model":"llama3"}"#, #"{"model":"llama3","embeddings":[]}"#),
        (.ollamaEmbeddings, #"{"model":"llama3","prompt":""}"#, #"{"embedding":[]}"#),
    ]

    @Test(arguments: idle.indices) func `a box that had nothing to do but load is not taken for a fast one`(index: Int)
    {
        let (front, body, answer) = Self.idle[index]
        let rig = ExchangeRig(boxes: 1)
        var exchange = rig.exchange(body, front: front)
        _ = exchange.begin(at: rig.clock.now)
        rig.clock.advance(by: .milliseconds(1))
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: answer), at: rig.clock.now)
        let text = exchange.upstreamEnded(at: rig.clock.now).bytes
        #expect(text?.hasPrefix("HTTP/1.1 200 ") == true, "\(text ?? "nothing")")
        #expect(exchange.record.outcome == .succeeded && exchange.record.timeToFirstTokenNanoseconds < 0)
        let deployments = rig.balancer.snapshot().deployments
        #expect(deployments.map(\.inFlight).reduce(0, +) == 0)
        #expect(deployments.allSatisfy { $0.timeToFirstTokenMilliseconds == nil && $0.durationMilliseconds == nil })
    }

    private static let unload = #"{"model":"llama3","keep_alive":0}"#
    private static let unloaded =
        #"{"model":"llama3","created_at":"t","response":"","done":true,"done_reason":"unload"}"#

    /// Has the box that runs answer; what is to be done then.
    private func answer(_ exchange: inout Exchange, _ rig: ExchangeRig, status: Int = 200) -> Exchange.Action {
        _ = exchange.upstreamHead(status: status, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: status == 200 ? Self.unloaded : "{}"), at: rig.clock.now)
        return exchange.upstreamEnded(at: rig.clock.now)
    }

    @Test(arguments: [[200, 200, 200], [200, 500, 200], [500, 200, 200]])
    func `every box that can be had unloads a model`(
        statuses: [Int]
    ) {
        let rig = ExchangeRig(boxes: 3, retries: 1)
        var exchange = rig.exchange(Self.unload, front: .ollamaGenerate)
        var asked: [InstanceID] = []
        var action = exchange.begin(at: rig.clock.now)
        for status in statuses {
            guard case .send(let bytes, let instance) = action else {
                return _ = Issue.record("\(asked), then \(action)")
            }
            #expect(String(buffer: bytes).contains(#""keep_alive":0"#))
            asked.append(instance)
            action = answer(&exchange, rig, status: status)
        }
        #expect(Set(asked).count == 3)
        let text = action.bytes ?? ""
        #expect(text.hasPrefix("HTTP/1.1 200 ") && text.hasSuffix(Self.unloaded), "\(text)")
        // What the client is told is the first one's.
        let first = asked[statuses[0] == 200 ? 0 : 1].index
        #expect(exchange.isOver && exchange.record.deployment == first && exchange.record.outcome == .succeeded)
        #expect(exchange.record.lastAttempt == (statuses[0] == 200 ? 1 : 2))
        #expect(!exchange.record.failedAttempts.contains { $0.number == Int(exchange.record.lastAttempt) })
        #expect(text.contains("x-litellm-attempted-retries: \(statuses[0] == 200 ? 0 : 1)\r\n"), "\(text)")
        let retries = statuses[0] == 200 ? 0 : 1
        #expect(exchange.record.furtherAttempts == retries && exchange.record.attempts == retries + 1)
        #expect(rig.balancer.snapshot().deployments.allSatisfy { $0.inFlight == 0 })
    }

    @Test func `a box that does not answer keeps the client no longer than some seconds`() throws {
        let rig = ExchangeRig(boxes: 2)
        var exchange = rig.exchange(Self.unload, front: .ollamaGenerate)
        _ = exchange.begin(at: rig.clock.now)
        guard case .send = answer(&exchange, rig) else { return _ = Issue.record("one box alone") }
        rig.clock.advance(by: .seconds(5))
        let due = exchange.deadline
        #expect(try #require(due) <= rig.clock.now)
        let told = exchange.timeUp(at: rig.clock.now).bytes ?? ""
        #expect(told.hasPrefix("HTTP/1.1 200 ") && told.hasSuffix(Self.unloaded), "\(told)")
        #expect(rig.balancer.snapshot().deployments.allSatisfy { $0.inFlight == 0 })
    }

    @Test func `a client that has left, or a gateway that ends, asks no further box`() {
        let rig = ExchangeRig(boxes: 3)
        for stops in [false, true] {
            var exchange = rig.exchange(Self.unload, front: .ollamaGenerate)
            _ = exchange.begin(at: rig.clock.now)
            guard case .send = answer(&exchange, rig) else { return _ = Issue.record("one box alone") }
            if stops {
                #expect(exchange.stop(at: rig.clock.now).bytes?.hasPrefix("HTTP/1.1 200 ") == true)
            } else {
                exchange.clientLeft(at: rig.clock.now)
            }
            #expect(exchange.isOver && rig.balancer.snapshot().deployments.allSatisfy { $0.inFlight == 0 })
        }
    }

    @Test func `a box that is full is not waited for`() {
        let rig = ExchangeRig(boxes: 2, cap: 1)
        var busy = rig.exchange(#"{"model":"llama3","messages":[{"role":"user","content":"x"}]}"#)
        _ = busy.begin(at: rig.clock.now)
        var exchange = rig.exchange(Self.unload, front: .ollamaGenerate)
        _ = exchange.begin(at: rig.clock.now)
        let text = answer(&exchange, rig).bytes
        #expect(text?.hasPrefix("HTTP/1.1 200 ") == true && exchange.isOver)
        busy.clientLeft(at: rig.clock.now)
    }

    @Test(arguments: loads.indices) func `a box is asked to load, and nobody answers for it`(index: Int) {
        let rig = ExchangeRig()
        var exchange = rig.exchange(Self.loads[index].body, front: Self.loads[index].front)
        guard case .send(let bytes, _) = exchange.begin(at: rig.clock.now) else {
            Issue.record("nothing is sent")
            return
        }
        #expect(String(buffer: bytes).hasPrefix("POST \(Self.loads[index].front.paths[0]) HTTP/1.1\r\n"))
        exchange.clientLeft(at: rig.clock.now)
    }
}
