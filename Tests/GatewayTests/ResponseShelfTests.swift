import Balancer
import Dialects
import Gateway
import Locking
import NIOCore
import TestSupport
import Testing

/// Responses that are kept, and requests that go on from them.
@Suite struct ResponseShelfTests {
    private final class Shelf: ResponseShelf {
        struct Row {
            let response: KeptResponse
            let owner: ResponseOwner
            let confinement: Confinement
        }

        private let rows = Locked([Row]())
        /// Of a shelf that others put things on.
        let isShared = Locked(false)

        var all: [Row] { rows.withLock { $0 } }

        /// All of them, which are gone then.
        func take() -> [Row] {
            rows.withLock { rows in
                defer { rows = [] }
                return rows
            }
        }

        func keep(_ response: KeptResponse, of owner: ResponseOwner, _ confinement: Confinement, at now: Moment) {
            rows.withLock { $0.append(Row(response: response, owner: owner, confinement: confinement)) }
        }

        func find(
            _ id: String, of owner: ResponseOwner, at now: Moment
        ) -> (response: KeptResponse, confinement: Confinement)? {
            all.last { $0.response.id == id && $0.owner == owner }.map { ($0.response, $0.confinement) }
        }

        func mayBeElsewhere(_ id: String, of owner: ResponseOwner) -> Bool {
            isShared.withLock { $0 } && KeptResponse.mayBe(id)
        }
    }

    private static let first = #"{"model":"llama3","input":"one","instructions":"I"}"#

    /// Plays a request to its end; what the box got and what the client got.
    private func play(
        _ rig: ExchangeRig, _ body: String, stream: Bool = false, random: UInt64 = 0xa1
    ) -> (sent: String, answer: String) {
        var exchange = rig.exchange(body, random: random, front: .openAIResponses)
        let now = rig.clock.now
        let begun = exchange.begin(at: now)
        guard case .send(let wire, _) = begun else { return ("", begun.bytes ?? "") }
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        let answer = stream ? ExchangeRig.line + ExchangeRig.done : ExchangeRig.whole
        _ = exchange.upstreamBytes(ByteBuffer(string: answer), at: now)
        return (String(buffer: wire), exchange.upstreamEnded(at: now).bytes ?? "")
    }

    private func rig(isLocal: Bool = true, provider: String = "ollama") -> (rig: ExchangeRig, shelf: Shelf) {
        var rig = ExchangeRig(boxes: 1, provider: provider, isLocal: isLocal)
        let shelf = Shelf()
        rig.settings.shelf = shelf
        return (rig, shelf)
    }

    @Test(arguments: [false, true]) func `an answer is kept as its client got it, unless it says otherwise`(
        stream: Bool
    ) {
        let (rig, shelf) = rig()
        let body = stream ? #"{"model":"llama3","input":"one","stream":true}"# : Self.first
        let answer = play(rig, body, stream: stream).answer
        #expect(shelf.all.count == 1 && shelf.all[0].owner == .keyless)
        #expect(shelf.all[0].response.id == "resp_00000000000000a1")
        #expect(answer.contains(String(decoding: shelf.all[0].response.object, as: UTF8.self)), "\(answer)")
        #expect(answer.contains(#""store":true"#))
        let unkept = play(rig, #"{"model":"llama3","input":"one","store":false,"stream":\#(stream)}"#, stream: stream)
        #expect(shelf.all.count == 1 && unkept.answer.contains(#""store":false"#))
    }

    @Test func `a request that goes on has the conversation so far, without the earlier instructions`() {
        let (rig, shelf) = rig()
        _ = play(rig, Self.first)
        let next =
            #"{"model":"llama3","input":[{"role":"user","content":"two"}],"previous_response_id":"resp_00000000000000a1"}"#
        let second = play(rig, next, random: 0xa2)
        #expect(
            second.sent.contains(
                #""messages":[{"role":"user","content":"one"},{"role":"assistant","content":"Hi"},{"role":"user","content":"two"}]"#
            ), "\(second.sent)")
        #expect(second.answer.contains(#""previous_response_id":"resp_00000000000000a1""#), "\(second.answer)")
        // And on from there.
        let third = play(
            rig, #"{"model":"llama3","input":"three","previous_response_id":"resp_00000000000000a2"}"#, random: 0xa3)
        #expect(
            third.sent.contains(
                #""messages":[{"role":"user","content":"one"},{"role":"assistant","content":"Hi"},{"role":"user","content":"two"},{"role":"assistant","content":"Hi"},{"role":"user","content":"three"}]"#
            ), "\(third.sent)")
        #expect(shelf.all.count == 3)
    }

    @Test func `an item is named by its id alone`() {
        let (rig, shelf) = rig()
        _ = play(rig, Self.first)
        let input =
            #"[{"role":"user","content":"one"},{"type":"item_reference","id":"msg_00000000000000a1_0"},{"role":"user","content":"two"}]"#
        let body = #"{"model":"llama3","input":\#(input)}"#
        let sent =
            #""messages":[{"role":"user","content":"one"},{"role":"assistant","content":"Hi"},{"role":"user","content":"two"}]"#
        let second = play(rig, body, random: 0xa2)
        #expect(second.sent.contains(sent), "\(second)")
        // What is kept of it has the item itself.
        let third = play(
            rig, #"{"model":"llama3","input":"three","previous_response_id":"resp_00000000000000a2"}"#, random: 0xa3)
        #expect(
            third.sent.contains(#"{"role":"assistant","content":"Hi"},{"role":"user","content":"two"}"#), "\(third)")
        #expect(shelf.all.count == 3)
    }

    @Test func `calls and thoughts are named as messages are`() {
        let (rig, _) = rig()
        let answer =
            #"{"model":"m","created_at":"t","message":{"role":"assistant","content":"","thinking":"T","tool_calls":[{"id":"c","function":{"name":"f","arguments":{"a":1}}}]},"done":true,"done_reason":"stop"}"#
        var exchange = rig.exchange(Self.first, random: 0xa1, front: .openAIResponses)
        _ = exchange.begin(at: rig.clock.now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: answer), at: rig.clock.now)
        _ = exchange.upstreamEnded(at: rig.clock.now)
        let items = ["rs_00000000000000a1_0", "fc_00000000000000a1_1"].map {
            #"{"type":"item_reference","id":"\#($0)"}"#
        }
        let result = #"{"type":"function_call_output","call_id":"c","output":"7"}"#
        let second = play(
            rig, #"{"model":"llama3","input":[\#((items + [result]).joined(separator: ","))]}"#, random: 0xa2)
        #expect(
            second.sent.contains(
                #"{"role":"assistant","content":"","thinking":"T","tool_calls":[{"id":"c","function":{"name":"f","arguments":{"a":1}}}]},{"role":"tool","content":"7","#
            ), "\(second)")
    }

    @Test(arguments: [
        // Another client's, one that was never given, one that its answer has not, and one that is named twice.
        (#"{"type":"item_reference","id":"msg_00000000000000a1_0"}"#, "ann", "input[0].id"),
        (#"{"type":"item_reference","id":"msg_68a0"}"#, "", "input[0].id"),
        (#"{"role":"user","content":"x"},{"type":"item_reference","id":"msg_00000000000000a1_7"}"#, "", "input[1].id"),
        (
            #"{"type":"item_reference","id":"msg_00000000000000a1_0"},{"type":"item_reference","id":"msg_00000000000000a1_0"}"#,
            "", "input[1].id"
        ),
    ]) func `an item that is not this client's to name is refused by its place`(
        items: String, owner: String, param: String
    ) {
        let (rig, shelf) = rig()
        _ = play(rig, Self.first)
        if !owner.isEmpty {
            for row in shelf.take() { shelf.keep(row.response, of: .user(owner), row.confinement, at: rig.clock.now) }
        }
        let refused = play(rig, #"{"model":"llama3","input":[\#(items)]}"#, random: 0xa2)
        #expect(refused.sent.isEmpty && refused.answer.contains(" 400 "), "\(refused)")
        #expect(refused.answer.contains(#""param":"\#(param)""#), "\(refused)")
    }

    @Test func `items of a long answer are put in on another thread`() throws {
        var (rig, shelf) = rig()
        _ = play(rig, Self.first)
        rig.settings.largeBody = try #require(shelf.all.first).response.size
        let body = #"{"model":"llama3","input":[{"type":"item_reference","id":"msg_00000000000000a1_0"}]}"#
        var exchange = rig.exchange(body, random: 0xa2, front: .openAIResponses)
        let now = rig.clock.now
        guard case .work(let reading) = exchange.begin(at: now) else { return _ = Issue.record("read here") }
        guard case .send(let wire, _) = exchange.worked(reading.run(), at: now) else {
            return _ = Issue.record("not sent")
        }
        #expect(String(buffer: wire).contains(#"{"role":"assistant","content":"Hi"}"#))
        exchange.clientLeft(at: now)
    }

    @Test func `a long conversation is read and written on another thread`() throws {
        var (rig, shelf) = rig()
        _ = play(rig, Self.first)
        rig.settings.largeBody = try #require(shelf.all.first).response.size
        let body = #"{"model":"llama3","input":"two","previous_response_id":"resp_00000000000000a1"}"#
        var exchange = rig.exchange(body, random: 0xa2, front: .openAIResponses)
        let now = rig.clock.now
        guard case .work(let reading) = exchange.begin(at: now) else { return _ = Issue.record("read here") }
        let read = reading.run()
        #expect(read.isScan)
        guard case .send(let wire, _) = exchange.worked(read, at: now) else { return _ = Issue.record("not sent") }
        #expect(String(buffer: wire).contains(#""content":"one""#))
        exchange.clientLeft(at: now)
    }

    @Test func `nobody goes on from another client's response`() {
        let (rig, shelf) = rig()
        _ = play(rig, Self.first)
        let next = #"{"model":"llama3","input":"two","previous_response_id":"resp_00000000000000a1"}"#
        // The same words of somebody else.
        let kept = shelf.take()
        for row in kept { shelf.keep(row.response, of: .user("ann"), row.confinement, at: rig.clock.now) }
        let refused = play(rig, next)
        #expect(refused.sent.isEmpty && refused.answer.contains("400 Bad Request"), "\(refused.answer)")
        #expect(refused.answer.contains(#""param":"previous_response_id""#))
        for row in kept { shelf.keep(row.response, of: .keyless, row.confinement, at: rig.clock.now) }
        #expect(!play(rig, next).sent.isEmpty)
    }

    @Test func `words that had to stay inside stay inside when they are gone on from`() throws {
        let (rig, shelf) = rig()
        _ = play(rig, Self.first)
        let kept = try #require(shelf.all.first).response
        shelf.keep(kept, of: .keyless, .header, at: rig.clock.now)
        var (outside, _) = self.rig(isLocal: false, provider: "hosted_vllm")
        outside.settings.shelf = shelf
        let next = #"{"model":"llama3","input":"two","previous_response_id":"resp_00000000000000a1"}"#
        let refused = play(outside, next)
        #expect(refused.sent.isEmpty && refused.answer.contains("local_only"), "\(refused.answer)")
        shelf.keep(kept, of: .keyless, [], at: rig.clock.now)
        #expect(play(outside, next).sent.contains(#""content":"one""#))
    }

    @Test func `a provider that has the route is sent the conversation, and one of its own responses as it stands`() {
        let (rig, shelf) = rig()
        _ = play(rig, Self.first)
        var (azure, _) = self.rig(isLocal: false, provider: "azure")
        azure.settings.shelf = shelf
        let own = play(azure, #"{"model":"llama3","input":"two","previous_response_id":"resp_00000000000000a1"}"#).sent
        #expect(
            own.contains(#""input":[{"type":"message","role":"user","content":"one"},{"type":"message","id":"msg_"#),
            "\(own)")
        #expect(!own.contains("response_id"), "\(own)")
        let other = play(azure, #"{"model":"llama3","input":"two","previous_response_id":"resp_of_azure"}"#).sent
        #expect(other.contains(#""previous_response_id":"resp_of_azure""#), "\(other)")
    }

    // MARK: Elsewhere

    /// What another gateway has kept, and a gateway that has nothing itself.
    private func apart() throws -> (rig: ExchangeRig, row: Shelf.Row) {
        let (rig, shelf) = rig()
        _ = play(rig, Self.first)
        let row = try #require(shelf.take().first)
        shelf.isShared.withLock { $0 = true }
        return (rig, row)
    }

    private static let next = #"{"model":"llama3","input":"two","previous_response_id":"resp_00000000000000a1"}"#

    @Test(arguments: [
        next,
        #"{"model":"llama3","input":[{"type":"item_reference","id":"msg_00000000000000a1_0"},{"role":"user","content":"two"}]}"#,
    ])
    func `what another gateway has kept is recalled, and gone on from`(body: String) throws {
        let (rig, row) = try apart()
        let now = rig.clock.now
        var exchange = rig.exchange(body, random: 0xa2, front: .openAIResponses)
        guard case .recall(let ids, let owner) = exchange.begin(at: now) else {
            return _ = Issue.record("not recalled")
        }
        #expect(ids == [row.response.id] && owner == .keyless)
        let action = exchange.recalled(.success([(row.response, row.confinement)]), at: now)
        guard case .send(let wire, _) = action else { return _ = Issue.record("not sent") }
        #expect(String(buffer: wire).contains(#"{"role":"assistant","content":"Hi"},{"role":"user","content":"two"}"#))
        exchange.clientLeft(at: now)
    }

    @Test func `one that nobody has is refused as ever, and one that cannot be looked for is asked for again`() throws {
        let (rig, row) = try apart()
        let now = rig.clock.now
        var none = rig.exchange(Self.next, random: 0xa2, front: .openAIResponses)
        _ = none.begin(at: now)
        let refused = none.recalled(.success([]), at: now).bytes ?? ""
        #expect(refused.contains(" 400 ") && refused.contains(#""param":"previous_response_id""#), "\(refused)")
        var out = rig.exchange(Self.next, random: 0xa3, front: .openAIResponses)
        _ = out.begin(at: now)
        let again = out.recalled(.failure(RecallFault()), at: now).bytes ?? ""
        #expect(again.contains(" 503 ") && again.contains("retry-after: "), "\(again)")
        // A provider's own is no matter of ours.
        let other = play(rig, #"{"model":"llama3","input":"two","previous_response_id":"resp_68a0"}"#)
        #expect(other.answer.contains(" 400 "))
        var left = rig.exchange(Self.next, random: 0xa4, front: .openAIResponses)
        _ = left.begin(at: now)
        left.clientLeft(at: now)
        let late = left.recalled(.success([(row.response, row.confinement)]), at: now)
        #expect(late.sentTo == nil && late.bytes == nil)
    }

    @Test func `what had to stay inside at another gateway stays inside here`() throws {
        let (rig, row) = try apart()
        var (outside, _) = self.rig(isLocal: false, provider: "hosted_vllm")
        outside.settings.shelf = rig.settings.shelf
        let now = rig.clock.now
        var exchange = outside.exchange(Self.next, random: 0xa2, front: .openAIResponses)
        _ = exchange.begin(at: now)
        let refused = exchange.recalled(.success([(row.response, .header)]), at: now)
        #expect(refused.sentTo == nil && refused.bytes?.contains("local_only") == true)
    }
}
