import Balancer
import Locking
import TestSupport
import Testing

@testable import Server

/// A pull over boxes that a test plays, without a socket and on a manual clock.
@Suite(.timeLimit(.minutes(1))) struct PoolPullTests {
    /// What a box does once it is asked for a model.
    private enum Play: Sendable {
        /// These lines, and the end of the answer.
        case lines(String)
        /// These lines, and then nothing until the call is cancelled.
        case hangs(String)
        case refuses(Int, String)
        case fails(String)
    }

    private struct Rig {
        var pull: PoolPull
        var clock: ManualClock
        /// The boxes that hang, once their lines are given, and those whose call was cancelled.
        var hanging: AsyncStream<String>
        var cancelled: AsyncStream<String>
    }

    private static func rig(
        _ plays: [String: Play], digests: [String: String] = [:], bounds: PoolPull.Bounds = quick
    ) -> Rig {
        let (balancer, clock, _) = PoolFixture("least-busy", size: 2).make()
        let (hanging, hang) = AsyncStream.makeStream(of: String.self)
        let (cancelled, cancel) = AsyncStream.makeStream(of: String.self)
        let names = plays.keys.sorted()
        let boxes = BoxCalls(
            placement: ModelPlacement(boxes: names),
            send: { box, call throws(BoxCalls.Failure) in
                guard call.path == "/api/pull" else {
                    let model = digests[box].map { "{\"name\":\"phi3:latest\",\"digest\":\"\($0)\"}" } ?? ""
                    return BoxCalls.Answer(status: 200, body: Array("{\"models\":[\(model)]}".utf8))
                }
                func give(_ text: String) throws(BoxCalls.Failure) {
                    let goesOn = Array(text.utf8).withUnsafeBytes { call.receive?($0) ?? false }
                    if !goesOn { throw BoxCalls.Failure("cancelled") }
                }
                switch plays[box] {
                case .lines(let text): try give(text)
                case .hangs(let text):
                    try give(text)
                    hang.yield(box)
                    for await _ in AsyncStream<Void>.makeStream().stream {}
                    cancel.yield(box)
                    throw BoxCalls.Failure("cancelled")
                case .refuses(let status, let body): return BoxCalls.Answer(status: status, body: Array(body.utf8))
                case .fails(let reason): throw BoxCalls.Failure(reason)
                case nil: break
                }
                return BoxCalls.Answer(status: 200, body: [])
            }, probe: { _ in })
        let pull = PoolPull(
            names.map { ModelPlacement.Target(box: $0, tag: "phi3") }, insecure: false, detail: .merged, boxes: boxes,
            balancer: balancer, time: clock.source, bounds: bounds)
        return Rig(pull: pull, clock: clock, hanging: hanging, cancelled: cancelled)
    }

    /// The pool of a test learns of nothing, so that nobody is to wait for it.
    private static let quick = PoolPull.Bounds(silence: .seconds(20), look: .seconds(5), sight: .zero)

    private static let good = "{\"status\":\"pulling manifest\"}\n{\"status\":\"success\"}\n"

    /// Runs it to its end.
    private static func outcome(_ plays: [String: Play], digests: [String: String] = [:]) async -> PoolPull.Outcome? {
        let rig = rig(plays, digests: digests)
        rig.pull.begin()
        for await _ in rig.pull.changes {}
        return rig.pull.outcome
    }

    @Test func `it succeeds where all boxes list the same content afterwards`() async {
        let plays = ["gpu-1": Play.lines(Self.good), "gpu-2": .lines(Self.good)]
        #expect(await Self.outcome(plays, digests: ["gpu-1": "aa", "gpu-2": "aa"]) == .succeeded)
        #expect(
            await Self.outcome(plays, digests: ["gpu-1": "aa", "gpu-2": "bb"])
                == .failed("the boxes hold other contents of `phi3:latest`: gpu-1 has aa, gpu-2 has bb; pull again"))
        #expect(
            await Self.outcome(plays, digests: ["gpu-1": "aa"])
                == .failed("gpu-2: it does not list the model after the pull"))
    }

    @Test func `boxes that fail are named with their reasons, those of one reason together`() async {
        let cases: [([String: Play], String)] = [
            (
                ["gpu-1": .fails("connection refused"), "gpu-2": .fails("connection refused")],
                "gpu-1, gpu-2: connection refused"
            ),
            (["gpu-1": .refuses(400, "{\"error\":\"invalid model name\"}")], "gpu-1: invalid model name"),
            (["gpu-1": .refuses(502, "<html>")], "gpu-1: it answered 502"),
            (
                ["gpu-1": .lines("{\"error\":\"no space\"}\n"), "gpu-2": .lines("{\"status\":")],
                "gpu-1: no space; gpu-2: its answer is not an Ollama's"
            ),
            (["gpu-1": .lines("{\"status\":\"verifying\"}\n")], "gpu-1: its answer ended without a success"),
            (
                ["gpu-1": .lines(String(repeating: "x", count: LineCutter.mostBytes + 1))],
                "gpu-1: a line of its answer is over 65536 bytes"
            ),
        ]
        for (plays, words) in cases {
            let outcome = await Self.outcome(plays, digests: ["gpu-1": "aa", "gpu-2": "aa"])
            #expect(outcome == .failed(words))
        }
    }

    @Test func `a box that says nothing new for too long is given up`() async {
        let rig = Self.rig(["gpu-1": .hangs("{\"status\":\"pulling manifest\"}\n")])
        rig.pull.begin()
        // Its line is heard at the clock's beginning.
        var hanging = rig.hanging.makeAsyncIterator()
        let first = await hanging.next()
        #expect(first == "gpu-1")
        for _ in 0..<4 {
            #expect(rig.pull.outcome == nil)
            let next = await rig.clock.nextSleep()
            rig.clock.advance(by: next - rig.clock.now)
        }
        for await _ in rig.pull.changes {}
        #expect(rig.pull.outcome == .failed("gpu-1: it said nothing new for 20 seconds"))
        var cancelled = rig.cancelled.makeAsyncIterator()
        let ended = await cancelled.next()
        #expect(ended == "gpu-1")
    }

    @Test func `a pull that is called off ends every box's`() async {
        let rig = Self.rig(["gpu-1": .hangs(""), "gpu-2": .hangs("")])
        rig.pull.begin()
        var hanging = rig.hanging.makeAsyncIterator()
        let boxes = [await hanging.next(), await hanging.next()].compactMap(\.self)
        #expect(Set(boxes) == ["gpu-1", "gpu-2"])
        rig.pull.cancel()
        var cancelled = rig.cancelled.makeAsyncIterator()
        let ended = [await cancelled.next(), await cancelled.next()].compactMap(\.self)
        #expect(Set(ended) == ["gpu-1", "gpu-2"])
        for await _ in rig.pull.changes {}
        #expect(rig.pull.outcome == .failed("called off"))
    }

    @Test func `one that is called off before it has begun ends at once`() async {
        let rig = Self.rig(["gpu-1": .hangs("")])
        rig.pull.cancel()
        rig.pull.begin()
        for await _ in rig.pull.changes {}
        #expect(rig.pull.outcome == .failed("called off"))
    }

    @Test func `a gate lets so many in, and takes the place of whoever is gone`() {
        let gate = PullGate(most: 2)
        var passes = [gate.enter(), gate.enter()]
        #expect(passes.allSatisfy { $0 != nil } && gate.enter() == nil)
        passes.removeLast()
        #expect(gate.taken == 1)
        let again = gate.enter()
        #expect(again != nil && gate.enter() == nil)
    }
}
