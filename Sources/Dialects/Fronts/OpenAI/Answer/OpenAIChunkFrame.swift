import NIOCore

/// What stands around each piece of a stream, of chats and of completions.
struct OpenAIChunkFrame: Sendable {
    /// `data: {"id":…,"model":…,"choices":[`
    let head: [UInt8]
    /// Whether the stream ends with a chunk of token counts, so that every other says that it has none.
    let countsTokens: Bool
    /// What they cost, where that chunk says it.
    private let cost: (@Sendable (Usage) -> String)?

    /// Room for all of it beside the head.
    static let room = 200
    /// Room for the end of a stream beside two heads.
    static let endRoom = 2 * room + ByteWriter.usageRoom + costRoom
    /// Room for a cost: an amount has 20 digits before its point at most, and 12 behind it.
    private static let costRoom = 48

    init(_ work: Work, _ identity: AnswerIdentity, includeUsage: Bool) {
        countsTokens = includeUsage
        cost = includeUsage ? identity.cost : nil
        let room = identity.room + 24
        head = [UInt8](unsafeUninitializedCapacity: room) { bytes, count in
            var writer = ByteWriter(UnsafeMutableRawBufferPointer(bytes))
            let all = writer.left
            writer.write("data: {")
            writer.writeIdentity(work, identity, isChunk: true)
            writer.write(",\"choices\":[")
            count = all - writer.left
        }
    }

    /// Behind a choice that goes on.
    @inline(__always)
    func close(_ writer: inout ByteWriter) {
        if countsTokens {
            writer.write(",\"finish_reason\":null}],\"usage\":null}\n\n")
        } else {
            writer.write(",\"finish_reason\":null}]}\n\n")
        }
    }

    /// Behind the last choice: why it ended, the counts, the stream's last word.
    func end(_ end: AnswerEnd, afterCalls: Bool, _ writer: inout ByteWriter) {
        writer.write(",\"finish_reason\":\"")
        writer.write(end.reason.openAI(afterCalls: afterCalls))
        writer.write(countsTokens ? "\"}],\"usage\":null}\n\n" : "\"}]}\n\n")
        if countsTokens {
            writer.write(head)
            writer.write("],")
            writer.writeUsage(end.usage, cost: cost?(end.usage))
            writer.write("}\n\n")
        }
        writer.write("data: [DONE]\n\n")
    }
}
