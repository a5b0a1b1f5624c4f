import NIOCore

/// Chat, completions and embeddings, as a relay reads them.
///
/// A stream ends with `[DONE]`, or, since not every provider writes that, behind the last choice's `finish_reason`.
struct ChunkReader: RelayReader {
    private(set) var sawFirstToken = false
    private(set) var usage = Usage()

    private let model: [UInt8]
    /// Whether the client wants to hear how many tokens it were.
    private let wantsUsage: Bool
    private let cost: (@Sendable (Usage) -> String)?
    private var met: UInt128 = 0
    private var finished: UInt128 = 0
    private var sawContent = false
    /// How many calls without a number have begun, by their choice.
    private var numbered: [Int: Int] = [:]
    /// Nil where arguments go on as they are.
    private var calls: RelayedCalls?

    init(request: ClientRequest, model: [UInt8], cost: (@Sendable (Usage) -> String)?) {
        self.model = model
        wantsUsage = request.includeUsage
        self.cost = wantsUsage ? cost : nil
    }

    mutating func mendCalls() { calls = RelayedCalls(model: model) }

    var mendedCalls: Int { calls?.mended ?? 0 }
    var brokenCall: [UInt8]? { calls?.broken }

    mutating func relay(
        _ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, _ edits: inout JSONEdits,
        into out: inout ByteBuffer
    ) -> AnswerTranslator.Progress {
        if data.first == 0x5b, data.starts(with: "[DONE]") {
            guard sawContent else { return .failed(.malformedAnswer("ends without a choice")) }
            sawFirstToken = true
            out.writeStaticString("data: [DONE]\n\n")
            return .complete
        }
        guard let chunk = OpenAIChunk(data, model: model, edits: &edits) else {
            if name.equals("error") { return .failed(OpenAIFault.inAnswer(data)) }
            // Some keep a connection alive with an event of blanks.
            return data.allSatisfy { $0 <= 0x20 }
                ? .more : .failed(.malformedAnswer("has an event that is not valid JSON"))
        }
        if !chunk.error.isAbsent || chunk.isError || name.equals("error") {
            return .failed(OpenAIFault.inAnswer(data))
        }
        met |= chunk.met
        finished |= chunk.finished
        sawContent = sawContent || chunk.hasContent
        if chunk.hasToken { sawFirstToken = true }
        for (choice, call) in chunk.loose { mend(call, of: choice, in: data, &edits) }
        if calls != nil, chunk.hasCalls || chunk.finished != 0 {
            let numbered = numbered
            calls?.take(data, &edits, number: { max(0, numbered[$0, default: 0] - 1) }, into: &out)
        }
        if !chunk.usage.isAbsent {
            usage = OpenAIUsage.read(data, chunk.usage)
            if !wantsUsage {
                // Some count unasked, and some in every chunk.
                guard chunk.hasChoice else { return .more }
                edits.replace(chunk.usage, with: .text("null"))
            } else if let cost {
                add(cost(usage), to: chunk.usage, of: data, &edits)
            }
        }
        out.writeEvent(data, edits)
        return .more
    }

    /// Gives a call of a stream the number that it came without, and says its kind where that is null: OpenAI's libraries let each
    /// piece say it anew, and know no call without one. An id that is null goes.
    private mutating func mend(
        _ call: JSONSlice, of choice: Int, in data: UnsafeRawBufferPointer, _ edits: inout JSONEdits
    ) {
        let isNumbered = data.member("index", of: call) != nil
        func goes(_ name: JSONSlice, _ value: JSONSlice) -> Bool {
            guard data[value].equals("null") else { return false }
            return data[name].equals("id") || data[name].equals("index") && !isNumbered
        }
        // First the number: an edit at one place keeps its turn, and what goes may stand right behind.
        if !isNumbered {
            var stays = 0
            data.forEachMember(of: call) { if !goes($0, $1) { stays += 1 } }
            let member = "\"index\":\(nextNumber(call, of: choice, in: data))\(stays == 0 ? "" : ",")"
            edits.insert(.bytes(Array(member.utf8)), at: Int(call.start) + 1)
        }
        let isCustom = data.member("custom", of: call) != nil
        edits.editMembers(of: call, in: data) { edits, name, value in
            if goes(name, value) { return false }
            if data[name].equals("type"), data[value].equals("null") {
                edits.replace(value, with: .text(isCustom ? "\"custom\"" : "\"function\""))
            }
            return true
        }
    }

    /// A name begins another call.
    private mutating func nextNumber(_ call: JSONSlice, of choice: Int, in data: UnsafeRawBufferPointer) -> Int {
        let name = data.member("function", of: call).flatMap { data.member("name", of: $0) }
        if name.map({ $0.count > 2 }) ?? false { numbered[choice, default: 0] += 1 }
        return max(0, numbered[choice, default: 0] - 1)
    }

    /// Says in a chunk's counts what they cost, in the place of what the provider says of it.
    private func add(
        _ cost: String, to counts: JSONSlice, of data: UnsafeRawBufferPointer, _ edits: inout JSONEdits
    ) {
        if let given = data.member("cost", of: counts) {
            edits.replace(given, with: .bytes(Array(cost.utf8)))
        } else {
            let member = "\(data.isEmptyContainer(counts) ? "" : ",")\"cost\":\(cost)"
            edits.insert(.bytes(Array(member.utf8)), at: Int(counts.start) + Int(counts.count) - 1)
        }
    }

    func endStream(into out: inout ByteBuffer) -> AnswerTranslator.Progress {
        guard sawContent, finished != 0, met & ~finished == 0 else { return AnswerTranslator.cut }
        out.writeStaticString("data: [DONE]\n\n")
        return .complete
    }

    mutating func readWhole(_ body: UnsafeRawBufferPointer, _ edits: inout JSONEdits) -> RelayedWhole {
        guard let answer = OpenAIChunk(body, model: model, edits: &edits) else { return .notJSON }
        if !answer.error.isAbsent || answer.isError { return .failed(OpenAIFault.inAnswer(body)) }
        guard answer.hasAnswer, answer.hasContent else { return .foreign }
        if !answer.usage.isAbsent { usage = OpenAIUsage.read(body, answer.usage) }
        sawFirstToken = true
        if answer.hasCalls { calls?.takeWhole(body, &edits) }
        return .answer
    }
}
