import Balancer
import FoundationEssentials
import Locking
import NIOCore
import TestSupport
import Testing

@testable import Server

/// What those who watch the pool are told.
@Suite struct PoolFeedTests {
    private static func snapshot(_ boxes: [(name: String, inFlight: Int)], waiting: Int = 0) throws -> PoolSnapshot {
        let rows = boxes.map { box in
            """
            {"instance":"\(box.name)","api_base":"http://\(box.name)","provider":"ollama","ollama_version":null,
             "state":"ready","reason":null,"draining":false,"in_flight":\(box.inFlight),"loaded":[],"last_probe":null}
            """
        }
        let json = """
            {"object":"pool","version":"1","uptime_seconds":\(boxes.count),"in_flight":0,"waiting":\(waiting),
             "warnings":[],"models":[],"instances":[\(rows.joined(separator: ","))],"deployments":[]}
            """
        return try JSONDecoder().decode(PoolSnapshot.self, from: Data(json.utf8))
    }

    private static func text(_ frame: ByteBuffer?) -> String? { frame.map { String(buffer: $0) } }

    // MARK: Frames

    @Test func `the whole comes first, then the rows that differ, and nothing where none does`() throws {
        var frames = PoolFrames()
        #expect(frames.whole == nil)
        let whole = try #require(Self.text(frames.frame(for: try Self.snapshot([("a", 0), ("b", 0)]))))
        #expect(whole.hasPrefix("event: pool\ndata: {") && whole.hasSuffix("}\n\n") && whole.contains("\"b\""))
        #expect(frames.frame(for: try Self.snapshot([("a", 0), ("b", 0)])) == nil)
        let change = try #require(Self.text(frames.frame(for: try Self.snapshot([("a", 0), ("b", 3)], waiting: 2))))
        #expect(change.hasPrefix("event: change\n") && change.contains("\"1\":{") && !change.contains("\"0\":{"))
        #expect(change.contains("\"waiting\":2"))
    }

    @Test func `rows that come or go are told by the whole`() throws {
        var frames = PoolFrames()
        _ = frames.frame(for: try Self.snapshot([("a", 0)]))
        for boxes in [["a", "b"], ["b", "a"], ["b"]] {
            let frame = Self.text(frames.frame(for: try Self.snapshot(boxes.map { ($0, 0) })))
            #expect(frame?.hasPrefix("event: pool\n") == true, "\(boxes)")
        }
    }

    @Test func `an event is one line, whatever a name holds`() throws {
        var frames = PoolFrames()
        let frame = try #require(Self.text(frames.frame(for: try Self.snapshot([("a\\nevent: x\\n\\ndata: y", 0)]))))
        #expect(frame.split(separator: "\n", omittingEmptySubsequences: false).count == 4)
    }

    // MARK: The feed

    private final class Count: Sendable {
        private let number = Locked(0)
        var value: Int { number.withLock { $0 } }
        func change(_ body: (inout Int) -> Void) { number.withLock { body(&$0) } }
    }

    /// A feed over a pool of the test's choosing.
    private final class Rig: Sendable {
        let clock = ManualClock()
        let looks = Count()
        let inFlight = Count()
        let feed: PoolFeed

        init() {
            feed = PoolFeed(time: clock.source) { [looks, inFlight] in
                looks.change { $0 += 1 }
                return (try? PoolFeedTests.snapshot([("a", inFlight.value)]))!
            }
        }
    }

    @Test func `all listeners share a look, and each begins with the whole`() async throws {
        let rig = Rig()
        let first = try #require(rig.feed.listen {})
        rig.inFlight.change { $0 = 1 }
        rig.feed.tick()
        let second = try #require(rig.feed.listen {})
        let before = rig.looks.value
        rig.inFlight.change { $0 = 2 }
        rig.feed.tick()
        #expect(rig.looks.value == before + 1)
        rig.feed.end()
        var (told, others): ([String], [String]) = ([], [])
        for await event in first.events { told.append(String(buffer: event)) }
        for await event in second.events { others.append(String(buffer: event)) }
        #expect(told.map { String($0.prefix(9)) } == ["event: po", "event: ch", "event: ch"])
        #expect(others.map { String($0.prefix(9)) } == ["event: po", "event: ch"])
        #expect(others[0].contains("\"in_flight\":1") && others[1].contains("\"in_flight\":2"))
    }

    @Test func `a listener that is too far behind is dropped, and the others go on`() async throws {
        let rig = Rig()
        let dropped = Count()
        let slow = try #require(rig.feed.listen { dropped.change { $0 += 1 } })
        let quick = try #require(rig.feed.listen {})
        var events = quick.events.makeAsyncIterator()
        _ = await events.next()
        for number in 1...(PoolFeed.mostBehind + 1) {
            rig.inFlight.change { $0 = number }
            rig.feed.tick()
            _ = await events.next()
        }
        #expect(dropped.value == 1 && rig.feed.listeners == 1)
        var count = 0
        for await _ in slow.events { count += 1 }
        #expect(count == PoolFeed.mostBehind)
    }

    @Test func `there are so many listeners and no more, and none once the gateway stops`() throws {
        let rig = Rig()
        let listeners = (0..<PoolFeed.mostListeners).compactMap { _ in rig.feed.listen {} }
        #expect(listeners.count == PoolFeed.mostListeners && rig.feed.listen {} == nil)
        rig.feed.leave(listeners[0])
        #expect(rig.feed.listen {} != nil)
        rig.feed.end()
        #expect(rig.feed.listeners == 0 && rig.feed.listen {} == nil)
    }

    @Test func `nobody looks while nobody listens, and whoever comes later is told again`() async throws {
        let rig = Rig()
        for _ in 0..<3 {
            let listener = try #require(rig.feed.listen {})
            #expect(await rig.clock.nextSleep() == rig.clock.now + PoolFeed.interval)
            rig.feed.leave(listener)
            let looks = rig.looks.value
            #expect(!rig.feed.tick())
            #expect(rig.looks.value == looks + 1)
            rig.clock.advance(by: PoolFeed.interval)
        }
    }

    @Test func `a pool that stands still is said to be there now and then`() async throws {
        let rig = Rig()
        let listener = try #require(rig.feed.listen {})
        for _ in 0..<PoolFeed.mostSilent { rig.feed.tick() }
        rig.feed.end()
        var told: [String] = []
        for await event in listener.events { told.append(String(buffer: event)) }
        #expect(told.count == 2 && told[1].hasPrefix(": "))
    }
}
