import Foundation
import NIOCore
import Testing

@testable import Dialects

/// Arguments of calls that are no JSON.
@Suite struct ArgumentsRepairTests {
    /// What a model writes, and what it means; nil where nobody can know.
    static let broken: [(text: String, expected: String?)] = [
        (#"{"a":1"#, #"{"a":1}"#), (#"{"a":[1,{"b":"}"}"#, #"{"a":[1,{"b":"}"}]}"#),
        (#"{"a":{"b":1}"#, #"{"a":{"b":1}}"#),
        (#"{"a":1,}"#, #"{"a":1}"#), (#"{"a":[1,2, ],"b":{"c":1 , } }"#, #"{"a":[1,2 ],"b":{"c":1  } }"#),
        (#"{"a":1, "#, nil), (#"{"a":"x,}",}"#, #"{"a":"x,}"}"#), ("{", "{}"),
        ("```json\n{\"a\":1}\n```", #"{"a":1}"#), ("```\n{\"a\":1,}```\n", #"{"a":1}"#), ("\n```JSON\n{}\n```", "{}"),
        (#"{"a":1}}"#, #"{"a":1}"#), (#"{"a":1}]} "#, #"{"a":1}"#), ("{\"a\":1}\n```", #"{"a":1}"#),
        ("{\"a\":\"x\ny\t\u{1}\"}", #"{"a":"x\ny\t\u0001"}"#), ("{\"a\":\"x\r\n\"", #"{"a":"x\r\n"}"#),
        (#"{"a":"x"#, nil), (#"{"a":"#, nil), (#"{"a""#, nil), (#"{"a":1 "b":2}"#, nil), (#"{a:1}"#, nil),
        (#"{"a":tru"#, nil),
        (#"{"a":[1}"#, nil), (#"{"a":1,,}"#, nil), (#"{"a":1} and more"#, nil), ("so: {}", nil), (#"[1,]"#, nil),
        ("``` {", "{}"),
        ("```", nil), (#"{"a":1}{"b":2}"#, nil), (#"{"a":'x'}"#, nil), ("{,}", "{}"),
    ]

    static let sound = [
        "{}", "", "  ", "null", #"{"a":1}"#, #" {"a" : [1, 2, {"b": "\"},]\\"}], "c": null} "#, "{\"a\":\n[ ]\n}\n",
        #"{"a":"```json\n{}\n```","b":",}"}"#, #"{"ü":"\u00e9\n"}"#,
    ]

    private static func inside(_ text: String) -> [UInt8] { Array(JSONText.string(text).bytes.dropFirst().dropLast()) }

    /// In these pieces, none of which cuts an escape.
    private static func mend(_ pieces: [[UInt8]], isCut: Bool = false) -> (
        text: String, verdict: ArgumentsRepair.Verdict
    ) {
        var repair = ArgumentsRepair()
        var out: [UInt8] = []
        for piece in pieces { piece.withUnsafeBytes { repair.add($0) { out.append(contentsOf: $0) } } }
        let verdict = repair.end(isCut: isCut) { out.append(contentsOf: $0) }
        return (out.withUnsafeBytes(JSONString.decode), verdict)
    }

    @Test(arguments: broken.indices) func `what can only have been meant in one way is mended, all else stays`(
        index: Int
    ) {
        let (text, expected) = Self.broken[index]
        let mended = Self.inside(text).withUnsafeBytes { ArgumentsRepair.mended($0) }
        #expect(mended.map { $0.withUnsafeBytes(JSONString.decode) } == expected, "\(text)")
        if expected == nil { #expect(Self.mend([Self.inside(text)]).verdict != .mended) }
    }

    @Test(arguments: broken.indices) func `pieces are mended as the whole is, wherever it is cut`(index: Int) {
        let (text, expected) = Self.broken[index]
        for cut in text.indices {
            let pieces = [Self.inside(String(text[..<cut])), Self.inside(String(text[cut...]))]
            let (mended, verdict) = Self.mend(pieces)
            #expect((verdict == .mended) == (expected != nil), "\(text) at \(text[..<cut])")
            if let expected { #expect(mended == expected) }
        }
        let letters = text.unicodeScalars.map { Self.inside(String($0)) }
        #expect((Self.mend(letters).verdict == .mended) == (expected != nil))
    }

    @Test(arguments: sound) func `sound arguments go on byte for byte, as they come`(text: String) {
        #expect(Self.inside(text).withUnsafeBytes { ArgumentsRepair.mended($0) } == nil)
        for cut in text.indices {
            let (mended, verdict) = Self.mend([Self.inside(String(text[..<cut])), Self.inside(String(text[cut...]))])
            #expect(mended == text && verdict != .mended)
        }
        var repair = ArgumentsRepair()
        var seen = 0
        let piece = Self.inside(#"{"a":1"#)
        piece.withUnsafeBytes { repair.add($0) { seen += $0.count } }
        #expect(seen == piece.count, "nothing waits that is sure")
    }

    @Test func `escapes of another kind are the same characters`() {
        let text = #"\u007b\u0022a\u0022\u003a1\u002c\u007d"#
        #expect(Self.mend([Array(text.utf8)]).text == #"{"a":1}"#)
    }

    @Test func `nothing is added to what was cut off`() {
        #expect(Self.mend([Self.inside(#"{"a":1"#)], isCut: true) == (#"{"a":1"#, .broken))
    }

    @Test(arguments: 0..<300) func `nothing traps, and what counts as mended is an object`(seed: UInt64) {
        var generator = Generator(seed: seed)
        let letters = Array(#"{}[],:"\`a1 ne"# + "\n\u{e9}").map { String($0) }
        let text = (0..<Int(generator.next() % 24)).map { _ in letters[Int(generator.next() % UInt64(letters.count))] }
            .joined()
        let pieces = text.unicodeScalars.map { Self.inside(String($0)) }
        let (mended, verdict) = Self.mend(pieces)
        let whole = Self.mend([Self.inside(text)])
        #expect(whole == (mended, verdict), "\(text)")
        if verdict == .mended {
            #expect(Self.inside(mended).withUnsafeBytes { JSONString.object(inside: $0) } != nil, "\(text)")
        } else {
            #expect(verdict == .broken || mended == text)
        }
    }
}
