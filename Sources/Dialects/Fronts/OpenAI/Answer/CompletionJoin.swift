import NIOCore

/// A stream of `/v1/completions` put together: the text of its first choice.
struct CompletionJoin {
    private var whole: OpenAICompletionWhole
    private var reason: FinishReason?
    private var usage = Usage()
    private var out = ByteBuffer()

    /// - Returns: nil where the stream has no end, or tells of a failure.
    static func join(_ stream: ByteBuffer, writtenBy whole: consuming OpenAICompletionWhole) -> ByteBuffer? {
        var (join, framing) = (CompletionJoin(whole: whole), SSEFraming())
        let isSound = framing.feed(stream) { _, data in
            join.read(data)
            return true
        }
        guard isSound, let reason = join.reason else { return nil }
        join.whole.finish(AnswerEnd(reason: reason, usage: join.usage), into: &join.out)
        return join.out
    }

    private init(whole: consuming OpenAICompletionWhole) { self.whole = whole }

    private mutating func read(_ data: UnsafeRawBufferPointer) {
        if let usage = data.member("usage", of: data.object), data[usage][0] == 0x7b {
            self.usage = OpenAIUsage.read(data, usage)
        }
        guard let choices = data.member("choices", of: data.object), data[choices][0] == 0x5b else { return }
        data.forEachElement(of: choices) { choice in
            guard data.member("index", of: choice).flatMap({ JSONNumber.integer(data[$0]) }) ?? 0 == 0 else { return }
            if let text = data.member("text", of: choice), data[text][0] == 0x22 {
                whole.content(data[text.unquoted], logprobs: nil, into: &out)
            }
            guard let said = data.member("finish_reason", of: choice), data[said][0] == 0x22 else { return }
            reason = data[said].equals("\"length\"") ? .length : .stop
        }
    }
}
