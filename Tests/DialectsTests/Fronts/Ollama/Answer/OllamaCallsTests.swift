import NIOCore
import Testing

@testable import Dialects

@Suite struct OllamaCallsTests {
    /// The call that pieces of a string make.
    private static func put(together pieces: [String]) -> String? {
        var calls = OllamaCalls(responseID: 0xab)
        var name = "f"
        name.withUTF8 { calls.begin(id: nil, name: UnsafeRawBufferPointer($0)) }
        for var piece in pieces { piece.withUTF8 { calls.add(UnsafeRawBufferPointer($0)) } }
        return calls.end().map { String(buffer: $0) }
    }

    private static func taken(_ arguments: String) -> String? {
        var calls = OllamaCalls(responseID: 0xab)
        var (name, id, arguments) = ("f", "c1", arguments)
        return name.withUTF8 { name in
            id.withUTF8 { id in
                arguments.withUTF8 { arguments in
                    calls.take(
                        AnswerToolCall(
                            id: UnsafeRawBufferPointer(id), name: UnsafeRawBufferPointer(name),
                            arguments: UnsafeRawBufferPointer(arguments)))
                }
            }
        }.map { String(buffer: $0) }
    }

    private static func call(_ arguments: String, id: String = "call_00000000000000ab_0") -> String {
        #"{"id":"\#(id)","function":{"index":0,"name":"f","arguments":\#(arguments)}}"#
    }

    @Test func `arguments in pieces become an object`() {
        #expect(Self.put(together: [#"{\"ci"#, #"ty\":\"Z\u00fc"#, #"rich\"}"#]) == Self.call(#"{"city":"Zürich"}"#))
    }

    @Test(arguments: [[], [""], [" "]]) func `no arguments are an empty object`(_ pieces: [String]) {
        #expect(Self.put(together: pieces) == Self.call("{}"))
    }

    @Test(arguments: [#"{\"city\":\"Zü"#, "[1]", "5", "null", #"\"x\""#, #"{\"a\":1}}"#])
    func `a call whose arguments are no object is left out`(_ text: String) {
        #expect(Self.put(together: [text]) == nil)
        #expect(Self.taken("\"\(text)\"") == nil)
    }

    @Test func `an object on several lines is written on one`() {
        #expect(Self.taken("{\n \"a\":\r\n1}") == Self.call("{  \"a\":  1}", id: "c1"))
        #expect(Self.taken(#""{\n \"a\":\"\\n\"}""#) == Self.call(#"{  "a":"\n"}"#, id: "c1"))
    }

    @Test func `calls are numbered, and one that is left out takes no number`() {
        var calls = OllamaCalls(responseID: 1)
        var made: [String] = []
        for arguments in ["{}", "[", "{}"] {
            var (name, text) = ("f", arguments)
            name.withUTF8 { calls.begin(id: nil, name: UnsafeRawBufferPointer($0)) }
            text.withUTF8 { calls.add(UnsafeRawBufferPointer($0)) }
            if let call = calls.end() { made.append(String(buffer: call)) }
        }
        #expect(made.count == 2 && made[1].contains(#""index":1"#) && made[1].contains("_1\""))
    }
}
