import NIOCore

/// Reads chats in OpenAI's dialect, the chunks of a stream or a whole answer, and vectors, for clients that speak another
/// one.
///
/// Only the first choice is read: the fronts that can ask for several speak OpenAI's dialect, and get a relay. A stream
/// ends with `[DONE]`, or, since not every provider writes that, when the body ends behind a `finish_reason`.
struct OpenAIReader: AnswerReader {
    private(set) var sawFirstToken = false
    private(set) var usage = Usage()

    private var reason: FinishReason?
    /// A stream has had a piece of a message, even an empty one.
    private var sawDelta = false
    /// The stop sequence that the model met, where the provider says so (vLLM).
    private var stopSequence: [UInt8]?
    private var calls = OpenAICalls()

    private let work: Work

    init(work: Work) { self.work = work }

    mutating func readEvent<Sink: AnswerSink>(
        _ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, to sink: inout Sink,
        into out: inout ByteBuffer
    ) -> ReadOutcome {
        if data.first == 0x5b, data.starts(with: "[DONE]") {
            return sawDelta ? finish(to: &sink, into: &out) : .failed(.malformedAnswer("ends without a choice"))
        }
        guard let answer = OpenAIAnswer(data) else {
            if name.equals("error") { return .failed(OpenAIFault.inAnswer(data)) }
            // Some keep a connection alive with an event of blanks.
            return data.allSatisfy { $0 <= 0x20 }
                ? .more : .failed(.malformedAnswer("has an event that is not valid JSON"))
        }
        if answer.isError || name.equals("error") { return .failed(OpenAIFault.inAnswer(data)) }
        if !answer.usage.isAbsent { usage = OpenAIUsage.read(data, answer.usage) }
        guard !answer.choice.isAbsent else { return .more }
        let choice = OpenAIChoice(data, answer.choice)
        if choice.isError { return .failed(OpenAIFault.inAnswer(data)) }
        guard choice.message.isAbsent else {
            return .failed(.malformedAnswer("is no stream, although one was asked for"))
        }
        sawDelta = sawDelta || !choice.delta.isAbsent
        say(choice, choice.delta, in: data, to: &sink, into: &out)
        if let pieces = data.member("tool_calls", of: choice.delta), data[pieces][0] == 0x5b {
            data.forEachElement(of: pieces) { calls.take($0, in: data, to: &sink, into: &out) }
            if calls.hasAny { sawFirstToken = true }
        }
        end(choice, in: data)
        return .more
    }

    mutating func readRest<Sink: AnswerSink>(
        _ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, to sink: inout Sink,
        into out: inout ByteBuffer
    ) -> ReadOutcome {
        // Half an event is the end of a connection.
        let isWhole = JSONScanner.isValid(data) || data.starts(with: "[DONE]")
        return isWhole ? readEvent(name, data, to: &sink, into: &out) : .failed(.cutAnswer)
    }

    mutating func readEnd<Sink: AnswerSink>(to sink: inout Sink, into out: inout ByteBuffer) -> ReadOutcome {
        reason == nil ? .more : finish(to: &sink, into: &out)
    }

    mutating func readWhole<Sink: AnswerSink>(
        _ body: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) -> ReadOutcome {
        guard body.contains(where: { $0 > 0x20 }) else { return .more }
        guard let answer = OpenAIAnswer(body) else {
            var scanner = JSONScanner(body)
            _ = scanner.skipSpace() && scanner.skipValue(depth: 0)
            return .failed(
                scanner.fault?.reason == .endsEarly ? .cutAnswer : .malformedAnswer("is not valid JSON"))
        }
        if answer.isError { return .failed(OpenAIFault.inAnswer(body)) }
        if work == .embedding {
            if !answer.usage.isAbsent { usage = OpenAIUsage.read(body, answer.usage) }
            guard let rows = OpenAIVectors.rows(of: body) else {
                return .failed(.malformedAnswer("is not one of OpenAI's"))
            }
            rows.withUnsafeReadableBytes { sink.embeddings($0, into: &out) }
            return finish(to: &sink, into: &out)
        }
        guard !answer.choice.isAbsent else { return .failed(.malformedAnswer("is not one of OpenAI's")) }
        if !answer.usage.isAbsent { usage = OpenAIUsage.read(body, answer.usage) }
        let choice = OpenAIChoice(body, answer.choice)
        if choice.isError { return .failed(OpenAIFault.inAnswer(body)) }
        guard !choice.message.isAbsent else { return .failed(.malformedAnswer("is not one of OpenAI's")) }
        say(choice, choice.message, in: body, to: &sink, into: &out)
        if let list = body.member("tool_calls", of: choice.message), body[list][0] == 0x5b {
            body.forEachElement(of: list) { calls.takeWhole($0, in: body, to: &sink, into: &out) }
        }
        end(choice, in: body)
        return finish(to: &sink, into: &out)
    }

    /// Tells thoughts, text and a refusal, which is text too.
    private mutating func say<Sink: AnswerSink>(
        _ choice: OpenAIChoice, _ message: JSONSlice, in bytes: UnsafeRawBufferPointer, to sink: inout Sink,
        into out: inout ByteBuffer
    ) {
        var logprobs = choice.logprobs(in: bytes)
        OpenAIAnswerMessage.forEachText(of: message, in: bytes) { text, isThought in
            sawFirstToken = true
            calls.close(to: &sink, into: &out)
            if isThought {
                sink.reasoning(bytes[text], into: &out)
            } else {
                sink.content(bytes[text], logprobs: logprobs.take(), into: &out)
            }
        }
        if let logprobs {
            calls.close(to: &sink, into: &out)
            sink.content(UnsafeRawBufferPointer(start: nil, count: 0), logprobs: logprobs, into: &out)
        }
    }

    /// Notes why the choice has ended, where it has.
    private mutating func end(_ choice: OpenAIChoice, in bytes: UnsafeRawBufferPointer) {
        guard let word = choice.finish(in: bytes) else { return }
        if word.isEmpty {
            // xAI, at times, when it calls a tool; in a stream of others it stands for null.
            if calls.hasAny { reason = .toolCalls }
        } else if word.equals("length") || word.equals("model_length") {
            reason = .length
        } else if word.equals("content_filter") {
            reason = .contentFilter
        } else if word.equals("tool_calls") || word.equals("function_call") {
            reason = .toolCalls
        } else {
            stopSequence = choice.stopSequence(in: bytes).map { Array($0) }
            reason = stopSequence == nil ? .stop : .stopSequence
        }
    }

    private mutating func finish<Sink: AnswerSink>(to sink: inout Sink, into out: inout ByteBuffer) -> ReadOutcome {
        calls.close(to: &sink, into: &out)
        if calls.hasNameless { return .failed(.malformedAnswer("has a call without a name")) }
        sawFirstToken = true
        let reason = reason ?? (calls.hasAny ? .toolCalls : .stop)
        (stopSequence ?? []).withUnsafeBytes { sequence in
            let met = stopSequence == nil ? nil : sequence
            sink.finish(AnswerEnd(reason: reason, stopSequence: met, usage: usage), into: &out)
        }
        return .done
    }
}
