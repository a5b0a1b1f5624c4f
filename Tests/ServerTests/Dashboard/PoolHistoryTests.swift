import Balancer
import FoundationEssentials
import Testing

@testable import Server

/// What is remembered of a box's last day.
@Suite struct PoolHistoryTests {
    private static let start: Int64 = 1_795_360_200

    /// A pool of one box.
    static func pool(
        _ state: String = "ready", inFlight: Int = 0, requests: Int = 0, loaded: [String] = [], answers: Bool = true,
        name: String = "a"
    ) throws -> PoolSnapshot {
        let models = loaded.map {
            #"{"model":"\#($0)","context_length":null,"size_vram":1,"expires_at":""}"#
        }.joined(separator: ",")
        let json = """
            {"object":"pool","version":"1","uptime_seconds":1,"in_flight":0,"waiting":0,"warnings":[],"models":[],
             "instances":[{"instance":"\(name)","api_base":"","provider":"ollama","ollama_version":null,"state":"\(state)",
               "reason":null,"draining":false,"in_flight":\(inFlight),"loaded":[\(models)],
               "last_probe":{"at":"","ok":\(answers),"latency_ms":1,"error":null}}],
             "deployments":[{"model_id":"1","model_name":"m","model":"ollama/m","instance":"\(name)","state":"ready",
               "reason":null,"breaker":"closed","in_flight":0,"slots":null,"waiting":0,"resident":null,"digest":null,
               "requests":\(requests),"failures":0,"abandoned":0,"time_to_first_token_ms":\(requests * 10),
               "duration_ms":null,"tokens_per_second":\(requests),"learned":null}]}
            """
        return try JSONDecoder().decode(PoolSnapshot.self, from: Data(json.utf8))
    }

    @Test func `a span has the most that was in flight, and how often the box was out`() throws {
        var history = PoolHistory()
        history.look(at: Self.start, try Self.pool(inFlight: 2))
        history.look(at: Self.start + 10, try Self.pool(inFlight: 5))
        history.look(at: Self.start + 20, try Self.pool("down", answers: false))
        history.look(at: Self.start + 300, try Self.pool("full", inFlight: 1))
        let spans = try #require(history.boxes["a"]?.spans)
        #expect(spans.map(\.looks) == [3, 1] && spans.map(\.out) == [1, 0] && spans.map(\.busiest) == [5, 1])
        #expect(spans[1].number == spans[0].number + 1)
    }

    @Test func `figures are those of work that was done since, and not of a box that rests`() throws {
        var history = PoolHistory()
        history.look(at: Self.start, try Self.pool(requests: 7))
        #expect(history.boxes["a"]?.spans.last?.requests == 0, "what came before is nobody's")
        history.look(at: Self.start + 10, try Self.pool(requests: 9))
        history.look(at: Self.start + 20, try Self.pool(requests: 12))
        history.look(at: Self.start + 300, try Self.pool(requests: 12))
        let spans = try #require(history.boxes["a"]?.spans)
        #expect(spans.map(\.requests) == [5, 0])
        #expect(spans[0].firstTokenMilliseconds == 120 && spans[0].tokensPerSecond == 12)
        #expect(spans[1].firstTokenMilliseconds == nil && spans[1].tokensPerSecond == nil)
    }

    @Test func `figures are those of the model that was asked most since, not of the one asked most before`() throws {
        func look(_ old: Int, _ new: Int) throws -> PoolSnapshot {
            var pool = try Self.pool(requests: old)
            var other = pool.deployments[0]
            (other.modelID, other.requests, other.tokensPerSecond) = ("2", new, 500)
            pool.deployments.append(other)
            return pool
        }
        var history = PoolHistory()
        history.look(at: Self.start, try look(1_000, 0))
        history.look(at: Self.start + 10, try look(1_001, 2))
        let span = try #require(history.boxes["a"]?.spans.last)
        #expect(span.requests == 3 && span.tokensPerSecond == 500)
    }

    @Test func `models that come and go are told by name, unless the box says nothing`() throws {
        var history = PoolHistory()
        history.look(at: Self.start, try Self.pool(loaded: ["x"]))
        history.look(at: Self.start + 10, try Self.pool(loaded: ["x", "y"]))
        history.look(at: Self.start + 20, try Self.pool("down", answers: false))
        history.look(at: Self.start + 30, try Self.pool(loaded: ["y"]))
        let box = try #require(history.boxes["a"])
        #expect(box.moves.map(\.model) == ["y", "x"] && box.moves.map(\.isLoad) == [true, false])
        #expect(box.moves.map(\.unixSeconds) == [Self.start + 10, Self.start + 30])
        #expect(box.spans[0].loads == 1 && box.spans[0].evictions == 1)
    }

    @Test func `a day is kept, and a box that is gone is forgotten after it`() throws {
        var history = PoolHistory()
        let day = Int64(PoolHistory.mostSpans)
        for span in 0..<(day + 50) {
            let loaded = span.isMultiple(of: 2) ? ["x"] : []
            history.look(at: Self.start + span * PoolHistory.spanSeconds, try Self.pool(loaded: loaded))
        }
        let box = try #require(history.boxes["a"])
        #expect(box.spans.count == PoolHistory.mostSpans && box.moves.count == PoolHistory.mostMoves)
        #expect(box.spans.last?.number == (Self.start + (day + 49) * PoolHistory.spanSeconds) / PoolHistory.spanSeconds)
        history.look(at: Self.start + (day + 60) * PoolHistory.spanSeconds, try Self.pool(name: "b"))
        #expect(Set(history.boxes.keys) == ["a", "b"])
        history.look(at: Self.start + (2 * day + 60) * PoolHistory.spanSeconds, try Self.pool(name: "b"))
        #expect(Set(history.boxes.keys) == ["b"])
    }

    @Test func `a clock that is set back loses nothing`() throws {
        var history = PoolHistory()
        history.look(at: Self.start + 600, try Self.pool(inFlight: 1))
        history.look(at: Self.start, try Self.pool(inFlight: 2))
        let spans = try #require(history.boxes["a"]?.spans)
        #expect(spans.count == 1 && spans[0].looks == 2 && spans[0].busiest == 2)
    }
}
