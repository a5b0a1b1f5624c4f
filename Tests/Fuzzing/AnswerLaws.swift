import Foundation
import NIOCore

@testable import Dialects

/// However an upstream's answer is cut, the client gets the same bytes; a whole answer is JSON, and so is each piece of a stream.
enum AnswerLaws {
    private static let fronts = Front.allCases.map { front in (front, Self.questions(front)) }

    /// Bodies that ask for a whole answer, and for a stream where the API has one.
    private static func questions(_ front: Front) -> [String] {
        let prompt = #""messages":[{"role":"user","content":"x"}],"prompt":"x","input":"x","max_tokens":9"#
        return [false, true].map { "{\"model\":\"m\",\(prompt),\"stream\":\($0)}" }
    }

    private struct Outcome: Equatable {
        var text: String
        /// Of one that failed nothing else: a broken answer may be found to be so in several ways.
        var isComplete: Bool
        var usage: Usage
    }

    static func check(_ bytes: ArraySlice<UInt8>) throws(BrokenLaw) {
        var input = FuzzInput(bytes)
        let (front, questions) = input.choose(fronts)
        let target = input.choose(RequestLaws.targets)
        let question = input.choose(questions)
        let seed = input.choose(Array(UInt8.min...UInt8.max))
        guard let request = try? ClientRequest.scan(ByteBuffer(string: question), front: front) else {
            throw BrokenLaw("\(front) does not take \(question)")
        }
        let whole = try input.outcome(cutBy: seed) { answer(to: request, from: target, $0) }
        if target.speaks(front) { return }
        if whole.isComplete { try check(whole.text, isStream: request.stream, of: front) }
    }

    private static func answer(
        to request: ClientRequest, from target: UpstreamTarget, _ pieces: [ArraySlice<UInt8>]
    ) -> Outcome {
        var translator = AnswerTranslator(request: request, target: target, responseID: 1, created: 1_800_000_000)
        var out = ByteBuffer()
        var progress = AnswerTranslator.Progress.more
        for piece in pieces {
            progress = translator.feed(ByteBuffer(bytes: piece), into: &out)
            if case .more = progress { continue }
            break
        }
        if case .more = progress { progress = translator.end(into: &out) }
        let isComplete = progress == .complete
        return Outcome(
            text: String(buffer: out), isComplete: isComplete, usage: isComplete ? translator.usage : Usage())
    }

    private static func check(_ text: String, isStream: Bool, of front: Front) throws(BrokenLaw) {
        let pieces =
            !isStream
            ? [text[...]]
            : text.split(whereSeparator: \.isNewline).compactMap { line in
                if line.hasPrefix("event:") || line.hasPrefix(":") || line == "data: [DONE]" { return nil }
                return line.hasPrefix("data: ") ? line.dropFirst(6) : line
            }
        for piece in pieces {
            guard (try? JSONSerialization.jsonObject(with: Data(piece.utf8))) != nil else {
                throw BrokenLaw("\(front) is given what is no JSON: \(piece)")
            }
        }
    }
}
