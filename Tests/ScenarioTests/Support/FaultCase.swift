import Balancer
import Farm
import Testing

/// One thing that a box does wrong, and what a client of the gateway must see of it: as little as can be.
struct FaultCase: Sendable, CustomTestStringConvertible {
    /// What becomes of a request that met the fault.
    enum Course: Equatable, Sendable {
        /// The faulty box serves it all the same.
        case served
        /// Another box serves it whole. Where the faulty one still works on it, that work is called off.
        case elsewhere(calledOff: Bool)
        /// It breaks off in the midst of the answer.
        case breaksOff(calledOff: Bool)
    }

    let testDescription: String
    let kind: FarmFault.Kind
    let streamed: Course
    let whole: Course

    private init(_ name: String, _ kind: FarmFault.Kind, streamed: Course, whole: Course) {
        (testDescription, self.kind, self.streamed, self.whole) = (name, kind, streamed, whole)
    }

    /// The same for both kinds of request.
    private init(_ name: String, _ kind: FarmFault.Kind, _ course: Course) {
        self.init(name, kind, streamed: course, whole: course)
    }

    /// After so many tokens a stream has long begun.
    static let midway = 30
    /// An answer has so many tokens.
    static let tokens = 40

    static let all: [FaultCase] = [
        FaultCase("refuse", .refuse, .elsewhere(calledOff: false)),
        FaultCase("status 500", .status(500), .elsewhere(calledOff: false)),
        FaultCase("status 503", .status(503), .elsewhere(calledOff: false)),
        FaultCase("status 404", .status(404), .elsewhere(calledOff: false)),
        FaultCase("hang", .hang, .elsewhere(calledOff: true)),
        FaultCase("zombie", .zombie, .elsewhere(calledOff: true)),
        FaultCase("slow_first_token", .slowFirstToken(.seconds(60)), .elsewhere(calledOff: true)),
        FaultCase("slow_tokens", .slowTokens(factor: 100_000), .elsewhere(calledOff: true)),
        FaultCase("stall_after 0", .stallAfter(tokens: 0), .elsewhere(calledOff: true)),
        FaultCase(
            "stall_after", .stallAfter(tokens: midway), streamed: .breaksOff(calledOff: true),
            whole: .elsewhere(calledOff: true)),
        FaultCase("cut_after 0, reset", .cutAfter(tokens: 0, end: .reset), .elsewhere(calledOff: false)),
        FaultCase("cut_after 0, close", .cutAfter(tokens: 0, end: .close), .elsewhere(calledOff: false)),
        FaultCase("cut_after 0, half_close", .cutAfter(tokens: 0, end: .halfClose), .elsewhere(calledOff: false)),
        midway("cut_after, reset", .cutAfter(tokens: midway, end: .reset)),
        midway("cut_after, close", .cutAfter(tokens: midway, end: .close)),
        midway("cut_after, half_close", .cutAfter(tokens: midway, end: .halfClose)),
        FaultCase("no_done 0", .noDone(tokens: 0), .elsewhere(calledOff: false)),
        midway("no_done", .noDone(tokens: midway)),
        FaultCase("error_line 0", .errorLine(tokens: 0), .elsewhere(calledOff: false)),
        midway("error_line", .errorLine(tokens: midway)),
        FaultCase("bad_json 0", .badJSON(tokens: 0), .elsewhere(calledOff: false)),
        midway("bad_json", .badJSON(tokens: midway)),
        FaultCase("wrong_digest", .wrongDigest, .served),
        FaultCase("missing_tag", .missingTag, .elsewhere(calledOff: false)),
    ]

    private static func midway(_ name: String, _ kind: FarmFault.Kind) -> FaultCase {
        FaultCase(name, kind, streamed: .breaksOff(calledOff: false), whole: .elsewhere(calledOff: false))
    }

    /// Sends one request to three boxes of which the first, which every request goes to, has the fault, and expects what
    /// this case says. The gateway has spoken with that box before, so it holds a connection to it.
    func play(stream: Bool, drover: String? = nil) async throws {
        let pool = try await FarmedGateway.start(
            decode: 200, tokens: Self.tokens...Self.tokens, weights: [1, 0, 0],
            router: "timeout: 4, stream_timeout: 4", drover: drover)
        // However slow the machine is at this moment: this one is no part of the story.
        let first = try await pool.chat(more: ",\"max_tokens\":1", headers: "x-litellm-timeout: 60\r\n")
        #expect(first.status == 200)
        #expect(first.instance == pool.names[0])
        try await pool.farm.inject(FarmFault(kind), box: 0)

        let answer = try await pool.chat(stream: stream)
        #expect(answer.status == 200, "\(answer.message)")
        let gaveUp: Bool
        switch stream ? streamed : whole {
        case .served:
            expectWhole(answer, from: 0, of: pool, retries: 0)
            gaveUp = false
        case .elsewhere(let calledOff):
            let server = try #require(pool.names.firstIndex { $0 == answer.instance })
            #expect(server != 0)
            expectWhole(answer, from: server, of: pool, retries: 1)
            #expect(pool.deployment(0).failures == 1)
            gaveUp = calledOff
        case .breaksOff(let calledOff):
            expectBroken(answer, pool)
            #expect(pool.deployment(0).failures == 1)
            gaveUp = calledOff
        }
        // The request before the fault has ended well; this one is not left behind in any way.
        let stats = try await pool.farm.stats(box: 0, within: .seconds(5)) { $0.running == 0 && $0.queued == 0 }
        #expect(stats.cancelled == (gaveUp ? 1 : 0))
        try await pool.stop()
    }

    private func expectWhole(_ answer: ChatAnswer, from box: Int, of pool: FarmedGateway, retries: Int) {
        #expect(answer.errors.isEmpty, "\(answer.errors)")
        #expect(answer.instance == pool.names[box])
        #expect(answer.text.hasPrefix("box \(box): "), "\(answer.text)")
        // Nothing of an attempt that failed is in it.
        #expect(answer.text.occurrences(of: "box ") == 1, "\(answer.text)")
        #expect(answer.retries == retries)
        if !answer.events.isEmpty { #expect(answer.isDone) }
    }

    private func expectBroken(_ answer: ChatAnswer, _ pool: FarmedGateway) {
        #expect(answer.instance == pool.names[0])
        #expect(answer.text.hasPrefix("box 0: "), "\(answer.text)")
        #expect(answer.errors.count == 1)
        #expect(!answer.events.contains("[DONE]"))
        // It is the last event, it names the instance, and clients can switch on its code.
        #expect(answer.events.last?.hasPrefix("{\"error\":") == true)
        let error = answer.errors.last ?? .null
        #expect(error["type"].text == "api_error")
        #expect(["upstream_failed", "upstream_timeout"].contains(error["code"].text))
        #expect(error["message"].text?.contains(pool.names[0]) == true)
    }
}

extension String {
    /// How often `part` occurs.
    func occurrences(of part: String) -> Int {
        indices.count { self[$0...].hasPrefix(part) }
    }
}
