import NIOCore
import Testing

@testable import Dialects

/// Conversations as every back reads them, whatever the client's dialect.
@Suite struct PromptTests {
    /// The messages, one line each: what a back gets to see.
    private func lines(_ body: String, _ front: Front) throws -> [String] {
        let request = try Fixture.scan(body, front)
        return try request.body.withUnsafeReadableBytes { bytes in
            func text(_ slice: JSONSlice) -> String {
                slice.isAbsent ? "-" : String(decoding: bytes[slice], as: UTF8.self)
            }
            func id(_ id: CallID) -> String {
                if case .given(let slice) = id { text(slice) } else { id.made ?? "-" }
            }
            var lines: [String] = []
            try Prompt(bytes, of: request).forEachMessage { message in
                var words = ["\(message.role)"]
                for block in message.blocks {
                    switch block.kind {
                    case .text(let slice): words.append("text \(text(slice))")
                    case .refusal(let slice): words.append("refusal \(text(slice))")
                    case .image(let media): words.append("image \(text(media.data.unquoted).suffix(16))")
                    case .file(let media):
                        words.append("file \(text(media.data)) \(text(media.id)) \(text(media.name))")
                    case .audio(let media): words.append("audio \(text(media.data)) \(text(media.type))")
                    case .shown(let media): words.append("shown \(text(media.data))")
                    case .thinking(let thought, let seal): words.append("thinking \(text(thought)) \(text(seal))")
                    case .redacted(let slice): words.append("redacted \(text(slice))")
                    case .call(let call): words.append("call \(id(call.id)) \(text(call.name))")
                    }
                    if !block.mark.isAbsent { words.append("marked") }
                }
                if !message.thoughts.isAbsent { words.append("thought \(text(message.thoughts))") }
                if message.role == .tool { words.append("of \(id(message.callID))") }
                if message.isError { words.append("failed") }
                if !message.mark.isAbsent { words.append("marked whole") }
                lines.append(words.joined(separator: ", "))
            }
            return lines
        }
    }

    @Test func `a conversation is the same from either dialect`() throws {
        let openAI = #"""
            {"model":"m","messages":[{"role":"developer","content":"S"},{"role":"user","content":[{"type":"text","text":"T"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgoAAAAN"}}]},
            {"role":"assistant","content":null,"reasoning_content":"R","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"a","content":"r"}]}
            """#
        let ollama = #"""
            {"model":"m","messages":[{"role":"System","content":"S"},{"role":"user","content":"T","images":["iVBORw0KGgoAAAAN"]},
            {"role":"assistant","content":"","thinking":"R","tool_calls":[{"id":"a","function":{"name":"f","arguments":{}}}]},{"role":"tool","tool_name":"f","content":"r"}]}
            """#
        let expected = [
            #"system, text "S""#, #"user, text "T", image iVBORw0KGgoAAAAN"#, #"assistant, call "a" "f", thought "R""#,
            #"tool, text "r", of "a""#,
        ]
        #expect(try lines(openAI, .openAIChat) == expected)
        #expect(try lines(ollama, .ollamaChat) == expected)
    }

    @Test func `thinking with a seal comes first, then words, pictures of old, and calls`() throws {
        let body = #"""
            {"model":"m","messages":[{"role":"assistant","content":"W","reasoning_content":"R","tool_calls":[{"id":"a","function":{"name":"f"},"cache_control":{}}],
            "images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}],"cache_control":{},
            "thinking_blocks":[{"type":"redacted_thinking","data":"D"},{"type":"thinking","thinking":"","signature":"S"},{"type":"thinking","thinking":"unsealed"}]}]}
            """#
        #expect(
            try lines(body, .openAIChat) == [
                #"assistant, redacted "D", thinking "R" "S", text "W", shown "data:image/png;base64,AAAA", call "a" "f", marked, thought "R", marked whole"#
            ])
    }

    @Test func `words of thinking that nobody can tell apart stay as they are`() throws {
        let body = #"""
            {"model":"m","messages":[{"role":"assistant","content":"W","reasoning_content":"R",
            "thinking_blocks":[{"type":"thinking","signature":"S"},{"type":"thinking","thinking":"x","signature":"U"}]}]}
            """#
        #expect(
            try lines(body, .openAIChat) == [#"assistant, thinking - "S", thinking "x" "U", text "W", thought "R""#])
    }

    @Test(arguments: [
        (#""reasoning":"R""#, #", thought "R""#), (#""thinking":"R""#, #", thought "R""#),
        (#""reasoning":"R","reasoning_content":"R""#, #", thought "R""#),
        (#""reasoning":"","reasoning_content":"R""#, #", thought "R""#),
        (#""reasoning_content":"R","reasoning":"S","thinking":"T""#, #", thought "R""#),
        (#""reasoning":{"a":1}"#, ""), (#""reasoning":null"#, ""),
    ])
    func `thinking is thinking under each of its names`(_ member: String, _ thought: String) throws {
        let body = #"{"model":"m","messages":[{"role":"assistant","content":"W",\#(member)}]}"#
        #expect(try lines(body, .openAIChat) == [#"assistant, text "W""# + thought])
    }

    @Test func `a result of OpenAI's old kind belongs to the latest call of that kind`() throws {
        let body = #"""
            {"model":"m","messages":[{"role":"assistant","function_call":{"name":"f"}},{"role":"function","name":"f","content":"r"},
            {"role":"assistant","refusal":"no"},{"role":"tool","content":"r","tool_call_id":"z","is_error":true}]}
            """#
        #expect(
            try lines(body, .openAIChat) == [
                #"assistant, call call_0 "f""#, #"tool, text "r", of call_0"#, #"assistant, refusal "no""#,
                #"tool, text "r", of "z", failed"#,
            ])
    }

    @Test func `files and sounds keep all that is said of them`() throws {
        let body = #"""
            {"model":"m","messages":[{"role":"user","content":[{"type":"file","file":{"file_data":"D","filename":"n","file_id":"i"},"cache_control":{}},
            {"type":"input_audio","input_audio":{"data":"A","format":"wav"}}]}]}
            """#
        #expect(try lines(body, .openAIChat) == [#"user, file "D" "i" "n", marked, audio "A" "wav""#])
    }

    @Test func `messages go to a box as they stand only where they mean the same there`() throws {
        func isVerbatim(_ messages: String, _ front: Front) throws -> Bool {
            let request = try Fixture.scan(#"{"model":"m","messages":["# + messages + "]}", front)
            return request.body.withUnsafeReadableBytes { Prompt($0, of: request).plainMessages != nil }
        }
        let plain = #"{"role":"user","content":"x"}"#
        #expect(try isVerbatim(plain, .openAIChat))
        #expect(try !isVerbatim(#"{"role":"developer","content":"x"}"#, .openAIChat))
        #expect(try !isVerbatim(#"{"role":"user","content":"x","a":1}"#, .openAIChat))
    }

    @Test(arguments: [
        ("\"\"", "{}"), (#"" ""#, "{}"), (#"" \n""#, "{}"), (#""null""#, "{}"), (#""\t null \r\n""#, "{}"),
        (#""{\"a\": 1}""#, #"{"a": 1}"#), (#"{"a":1}"#, #"{"a":1}"#),
    ])
    func `arguments become an object`(_ arguments: String, _ object: String) {
        var out = ByteBuffer(string: "before")
        ByteBuffer(string: arguments).withUnsafeReadableBytes { bytes in
            let isWritten = out.writeArguments(bytes.whole, of: bytes)
            #expect(isWritten)
        }
        #expect(String(buffer: out) == "before" + object)
    }

    @Test(arguments: [#""[1]""#, #""nullnull""#, #""nul""#, #""\"null\"""#, #""{""#, #""{} {}""#, #""word""#])
    func `arguments that are no object leave nothing behind`(_ arguments: String) {
        var out = ByteBuffer(string: "before")
        ByteBuffer(string: arguments).withUnsafeReadableBytes { bytes in
            let isWritten = out.writeArguments(bytes.whole, of: bytes)
            #expect(!isWritten)
        }
        #expect(String(buffer: out) == "before")
    }
}
