import Balancer
import BoxModel
import Testing

@testable import Simulator

@Suite struct PoolFitTests {
    /// Two boxes of different speed, two models of different speed that are in memory.
    private var pool: SimulatedPool {
        var pool = Pools.equal(boxes: 2, models: 2, slots: 3)
        for (box, (prefill, decode)) in [(2_000.0, 60.0), (700.0, 25.0)].enumerated() {
            pool.boxes[box].gpu.prefillTokensPerSecond = prefill
            pool.boxes[box].gpu.decodeTokensPerSecond = decode
            pool.boxes[box].gpu.decodeSlowdown = 0.3
            pool.boxes[box].gpu.prefillInterference = 0.8
        }
        pool.models[1].speed = 0.5
        return pool
    }

    private func log(_ pool: SimulatedPool, _ workload: Workload, _ strategy: String = "least-busy") -> String {
        let policy = LoggingPolicy(
            BalancerPolicy(
                strategy, pool, workload, placement: Placement(everywhere: pool), seed: 1), pool, workload)
        var run = Run(pool, workload, policy: policy, countedFrom: 0, seed: 1)
        run.toTheEnd { _ in }
        return run.policy.lines.joined(separator: "\n")
    }

    private func near(_ value: Double?, _ truth: Double, within share: Double = 0.05) -> Bool {
        value.map { abs($0 - truth) <= share * truth } ?? false
    }

    @Test func `a log of known boxes gives their figures back`() throws {
        let workload = try Pools.synthetic(
            "poisson:rate=0.9,requests=3000,prompt=lognormal(500,0.8),output=lognormal(80,0.6),models=zipf(1)",
            for: pool)
        let fit = try PoolFit(FitLog(log(pool, workload)))
        let names = fit.boxes.map(\.name)
        #expect(names == ["box-1", "box-2"])
        for box in fit.boxes {
            let gpu = pool.boxes[box.name == "box-1" ? 0 : 1].gpu
            #expect(near(box.prefill, gpu.prefillTokensPerSecond), "\(box)")
            #expect(near(box.decode, gpu.decodeTokensPerSecond), "\(box)")
            #expect(near(box.decodeSlowdown, 0.3), "\(box)")
            #expect(near(box.prefillInterference, 0.8), "\(box)")
            #expect(box.slots == 3)
            #expect(box.load == nil)
            #expect(Set(box.preloaded) == ["m1", "m2"])
        }
        #expect(fit.models.map(\.name) == ["m1", "m2"])
        #expect(near(fit.models[1].speed, 0.5))
        #expect(near(fit.models[1].popularity, 0.5, within: 0.1))
    }

    @Test func `loads show the bandwidth, for the size that is taken`() throws {
        var pool = Pools.equal(boxes: 1, models: 2, isCold: true)
        pool.keepAlive = .seconds(5)
        for model in 0..<2 { (pool.models[model].name, pool.models[model].sizeBytes) = ("m\(model):1b", 612_000_000) }
        let workload = try Pools.synthetic(
            "poisson:rate=0.05,requests=200,prompt=fixed(200),output=fixed(20),models=zipf(1)", for: pool)
        let text = log(pool, workload)
        let said = try PoolFit(FitLog(text))
        #expect(said.models[0].sizeSource == .log)
        // As an older version has logged it.
        let fit = try PoolFit(FitLog(text.replacing("model_size", with: "other")))
        #expect(near(fit.boxes[0].load, 1e9))
        #expect(fit.boxes[0].preloaded.isEmpty)
        #expect(fit.models[0].sizeSource == .name)
    }

    /// Two boxes with room for two of three models.
    private func crowded(_ strategy: String = "least-busy", rate: Double = 0.4) throws -> String {
        var pool = Pools.equal(boxes: 2, models: 3, memory: 10, isCold: true)
        for (model, size) in [4_000_000_000, 3_000_000_000, 2_500_000_000].enumerated() {
            pool.models[model].sizeBytes = size
        }
        let workload = try Pools.synthetic(
            "poisson:rate=\(rate),requests=400,prompt=fixed(100),output=fixed(10),models=zipf(1)", for: pool)
        return log(pool, workload, strategy)
    }

    @Test func `loads that drive each other out show the memory`() throws {
        let fit = try PoolFit(FitLog(crowded()))
        #expect(fit.withoutMemory.isEmpty)
        #expect(fit.withoutSize.isEmpty)
        #expect(fit.models.map(\.size).sorted() == [2_500_000_000, 3_000_000_000, 4_000_000_000])
        for box in fit.boxes {
            // Two fit in every order, and the smallest does not beside both others.
            #expect(box.memory! >= 3e9 + 4e9 / 0.8, "\(box)")
            #expect(box.memory! < 7e9 + 2.5e9 / 0.8, "\(box)")
            #expect(box.memorySource == .log)
            #expect(near(box.load, 1e9, within: 0.1), "\(box)")
        }
        #expect(fit.yaml.contains("GB  # by what was in it together and what drove each other out"))
    }

    @Test func `models that were there together without a load fit`() throws {
        let lines = (0..<20).flatMap { round in
            ["m1", "m2"].enumerated().map { index, model in
                LoggingPolicy.line(
                    ended: 10_000 * round + 5_000 * index + 1_000, model: model, instance: "a", prompt: 100, output: 10,
                    took: 900, load: 0, prefill: 400, decode: 500, size: 4_000_000_000)
            }
        }
        let fit = try PoolFit(FitLog(lines.joined(separator: "\n")))
        #expect(fit.withoutMemory.isEmpty)
        #expect(near(fit.boxes[0].memory, 4e9 + 4e9 / 0.8))
        #expect(fit.boxes[0].preloaded == ["m1", "m2"])
    }

    @Test func `a model that is only partly on the card shows its memory`() throws {
        let lines = ["m1", "m2"].enumerated().flatMap { index, model in
            (0..<10).map { round in
                LoggingPolicy.line(
                    ended: 400_000 * index + 10_000 * round + 1_000, model: model, instance: "a", prompt: 100,
                    output: 10,
                    took: 900, load: 0, prefill: 400, decode: 500, size: 9_000_000_000, onCard: 8_000_000_000)
            }
        }
        let fit = try PoolFit(FitLog(lines.joined(separator: "\n")))
        #expect(near(fit.boxes[0].memory, 8e9, within: 0.02))
    }

    @Test func `what a log does not tell of memory and sizes is missing, and can be told`() throws {
        // Each model on a box of its own: nothing says whether both would fit.
        let lines = ["m1", "m2"].enumerated().flatMap { index, model in
            (0..<10).map { round in
                LoggingPolicy.line(
                    ended: 10_000 * round + 1_000, model: model, instance: "box-\(index)", prompt: 100, output: 10,
                    took: 900, load: 0, prefill: 400, decode: 500)
            }
        }
        let log = FitLog(lines.joined(separator: "\n"))
        let silent = try PoolFit(log)
        #expect(silent.withoutMemory == ["box-0", "box-1"])
        #expect(silent.withoutSize == ["m1", "m2"])
        var told = PoolFit.Told()
        (told.memory, told.memories, told.sizes) = (24e9, ["box-1": 16e9], ["m1": 5e9, "m2": 9e9])
        let fit = try PoolFit(log, told: told)
        #expect(fit.withoutMemory.isEmpty && fit.withoutSize.isEmpty)
        #expect(fit.boxes.map(\.memory) == [24e9, 16e9])
        #expect(fit.models.map(\.size) == [5e9, 9e9])
        #expect(fit.yaml.contains("memory: 16GB  # as told"))
        // One model alone is in memory whatever there is.
        let single = try PoolFit(FitLog(lines.prefix(10).joined(separator: "\n")))
        #expect(single.withoutMemory.isEmpty && single.withoutSize.isEmpty)
    }

    @Test(arguments: GPUClass.Reading.allCases)
    func `how prompts share the card is found out`(_ way: GPUClass.Reading) throws {
        var pool = Pools.equal(boxes: 2, models: 2, slots: 4)
        for box in pool.boxes.indices {
            pool.boxes[box].gpu.reading = way
            pool.boxes[box].gpu.prefillInterference = way == .apart ? 1 : nil
            pool.boxes[box].gpu.decodeTokensPerSecond = 40
            pool.boxes[box].gpu.decodeSlowdown = 0.2
        }
        let workload = try Pools.synthetic(
            "poisson:rate=1,requests=1500,prompt=lognormal(600,0.8),output=lognormal(20,0.5),models=zipf(1)", for: pool)
        let fit = try PoolFit(FitLog(log(pool, workload, "least-busy")))
        for box in fit.boxes {
            #expect(box.reading == way, "\(box)")
            #expect(near(box.prefill, 1_000), "\(box)")
            #expect(near(box.decode, 40), "\(box)")
            #expect(near(box.decodeSlowdown, 0.2, within: 0.3), "\(box)")
            #expect(box.interferes == (way == .apart), "\(box)")
        }
    }

    @Test func `work after a fallback is that of the model that answered`() throws {
        let line = LoggingPolicy.line(
            ended: 5_000, model: "m1", instance: "a", prompt: 100, output: 10, took: 900, load: 0, prefill: 400,
            decode: 500
        ).replacing("\"model\":\"m1\"", with: "\"model\":\"m1\",\"answered_by\":\"m2\"")
        #expect(try PoolFit(FitLog(line)).models.map(\.name) == ["m2"])
    }

    @Test func `bad lines are told by their number and passed over`() throws {
        let good = LoggingPolicy.line(
            ended: 5_000, model: "m1", instance: "a", prompt: 100, output: 10, took: 900, load: 0, prefill: 400,
            decode: 500)
        let text =
            "\(good)\nnonsense\n\n{\"message\":\"started\"}\n"
            + good.replacing("2026-01-01T00:00:05.000Z", with: "yesterday")
        let log = FitLog(text)
        #expect(
            log.faults == [
                TraceFault(line: 2, message: "is no JSON object"),
                TraceFault(line: 5, message: "time is missing or no time"),
            ])
        #expect(log.requests.count == 1)
        let yaml = try PoolFit(log).yaml
        #expect(yaml.contains("decode: 100  # default: too few answers"))
        #expect(yaml.contains("slots: 1  # at least"))
    }

    @Test func `models that only others than Ollama have answered for are in no pool`() throws {
        func line(_ model: String, _ at: Int, timed: Bool) -> String {
            let line = LoggingPolicy.line(
                ended: at, model: model, instance: timed ? "a" : "cloud", prompt: 100, output: 10, took: 900, load: 0,
                prefill: 400, decode: 500)
            return timed ? line : line.replacing("\"prefill_ms\":400.0", with: "\"prefill_ms\":null")
        }
        let lines = [
            line("gpt-4o", 5_000, timed: false), line("m1", 9_000, timed: true), line("m1", 10_000, timed: false),
        ]
        let log = FitLog(lines.joined(separator: "\n"))
        #expect(log.leftOut == ["gpt-4o"] && log.models == ["m1"] && log.counts == [2] && log.untimed == 2)
        let fit = try PoolFit(log)
        #expect(fit.models.map(\.name) == ["m1"] && fit.withoutSize.isEmpty && fit.withoutMemory.isEmpty)
    }

    @Test(arguments: ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2263-01-01T00:00:00Z"])
    func `a time that nobody has lived to see is none`(_ time: String) {
        let line = LoggingPolicy.line(
            ended: 5_000, model: "m1", instance: "a", prompt: 100, output: 10, took: 900, load: 0, prefill: 400,
            decode: 500)
        let log = FitLog(line.replacing("2026-01-01T00:00:05.000Z", with: time))
        #expect(log.faults == [TraceFault(line: 1, message: "time is missing or no time")])
    }

    @Test func `an empty log, and one without an instance's times, are errors`() throws {
        #expect(throws: TraceFault.self) { try PoolFit(FitLog("")) }
        let bare = LoggingPolicy.line(
            ended: 5_000, model: "m1", instance: "a", prompt: 100, output: 10, took: 900, load: 0, prefill: 400,
            decode: 500
        ).replacing("\"prefill_ms\":400.0", with: "\"prefill_ms\":null")
        let log = FitLog(bare)
        #expect(log.untimed == 1)
        do throws(TraceFault) {
            _ = try PoolFit(log)
            Issue.record("no error")
        } catch {
            #expect(error.message.hasPrefix("has no request with prefill_ms"))
        }
    }
}

/// The product's balancer, with a line of the request log for every answer.
private struct LoggingPolicy: RoutingPolicy, ~Copyable {
    var lines: [String] = []
    let isProbing = true
    private var inner: BalancerPolicy
    private let pool: SimulatedPool
    private let workload: Workload
    private var boxes: [Int: Int] = [:]

    init(_ inner: consuming BalancerPolicy, _ pool: SimulatedPool, _ workload: Workload) {
        self.inner = inner
        self.pool = pool
        self.workload = workload
    }

    var decisions: [RoutingDecision] {
        get { inner.decisions }
        set {
            inner.decisions = newValue
        }
    }

    mutating func choose(_ request: Int, tried: InstanceSet, at now: Moment) {
        inner.choose(request, tried: tried, at: now)
        note()
    }

    private mutating func note() {
        for case .send(let request, let box, _) in inner.decisions { boxes[request] = box }
    }

    mutating func firstToken(_ request: Int, after time: Duration, at now: Moment) {
        inner.firstToken(request, after: time, at: now)
    }

    mutating func ended(_ request: Int, _ outcome: Outcome, at now: Moment) {
        let box = boxes[request]
        inner.ended(request, outcome, at: now)
        note()
        guard case .succeeded(let sample) = outcome, let times = sample.times else { return }
        lines.append(
            Self.line(
                ended: Int(now.nanoseconds / 1_000_000), model: pool.models[Int(workload.requests[request].model)].name,
                instance: pool.boxes[box!].name, prompt: sample.promptTokens,
                output: sample.completionTokens,
                took: milliseconds(sample.duration), load: milliseconds(times.load),
                prefill: milliseconds(times.prefill),
                decode: milliseconds(times.decode), size: pool.models[Int(workload.requests[request].model)].sizeBytes))
    }

    mutating func leave(_ request: Int, at now: Moment) { inner.leave(request, at: now) }
    mutating func probed(_ report: ProbeReport, at now: Moment) { inner.probed(report, at: now) }
    mutating func nextWake() -> Moment? { inner.nextWake() }
    mutating func wake(at now: Moment) {
        inner.wake(at: now)
        note()
    }

    private func milliseconds(_ time: Duration) -> Double { Double(time.nanoseconds / 1_000) / 1_000 }

    static func line(
        ended milliseconds: Int, model: String, instance: String, prompt: Int, output: Int, took: Double, load: Double,
        prefill: Double, decode: Double, size: Int? = nil, onCard: Int? = nil
    ) -> String {
        func digits(_ value: Int, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let seconds = milliseconds / 1_000
        let time =
            "2026-01-\(digits(1 + seconds / 86_400, 2))T\(digits(seconds / 3_600 % 24, 2)):\(digits(seconds / 60 % 60, 2))"
            + ":\(digits(seconds % 60, 2)).\(digits(milliseconds % 1_000, 3))Z"
        return "{\"time\":\"\(time)\",\"message\":\"request finished\",\"success\":true,\"model\":\"\(model)\","
            + "\"instance\":\"\(instance)\",\"prompt_tokens\":\(prompt),\"completion_tokens\":\(output),"
            + "\"response_time_ms\":\(took),\"queue_ms\":0,\"load_ms\":\(load),\"prefill_ms\":\(prefill),\"decode_ms\":\(decode)"
            + (size.map { ",\"model_size\":\($0),\"size_vram\":\(onCard ?? $0)" } ?? "") + "}"
    }
}
