import Dialects
import Foundation
import NIOCore
import Testing

@Suite struct AnthropicProviderTests {
    private static let rich = #"""
        {"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":[{"type":"text","text":"a",
        "cache_control":{"type":"ephemeral"}},{"type":"image_url","image_url":{"url":"data:image\/png;base64,QUJD"}},
        {"type":"file","file":{"file_data":"data:application/pdf;base64,JVBERi0"}}]},{"role":"assistant","content":"I ",
        "thinking_blocks":[{"type":"thinking","thinking":"hm","signature":"s"}],"tool_calls":[{"id":"c:1","function":{
        "name":"f","arguments":"{\"a\":\"\\n\"}"}}]},{"role":"tool","tool_call_id":"c:1","content":[{"type":"text",
        "text":"4"}]},{"role":"system","content":"T"},{"role":"assistant","content":"so \n"}],"tools":[{"type":"function",
        "function":{"name":"f","strict":true,"parameters":{"type":"object","properties":{"a":{"minLength":2}}}}}],
        "response_format":{"type":"json_schema","json_schema":{"schema":{"anyOf":[{"type":"object"}],"not":{}}}},
        "reasoning_effort":"high","stop":["x","\n"],"user":"u","top_k":4,"temperature":1.5,"web_search_options":{}}
        """#

    @Test func `writes behind what the buffer holds, and leaves it as it was on a fault`() throws {
        let permit = Fixture.permit(Fixture.claude())
        var out = ByteBuffer(string: "before")
        #expect(throws: RequestFault.self) {
            let body = #"{"model":"m","messages":[{"role":"assistant","function_call":{"name":"f","arguments":"{"}}]}"#
            try Provider.encode(try Fixture.scan(body), with: permit, unixSeconds: 0, into: &out)
        }
        #expect(String(buffer: out) == "before")
        try Provider.encode(try Fixture.scan(Self.rich), with: permit, unixSeconds: 0, into: &out)
        #expect(String(buffer: out).hasPrefix("beforePOST /v1/messages HTTP/1.1\r\n"))
        let parts = String(buffer: out).components(separatedBy: "\r\n\r\n")
        #expect(parts.count == 2 && parts[0].hasSuffix(" \(parts[1].utf8.count)"))
    }

    @Test(arguments: ["claude-sonnet-4-5", "claude-opus-4-8", "claude-opus-4-1", "glm"], 0..<30)
    func `damaged requests never trap, and what is written is JSON`(_ tag: String, _ seed: UInt64) throws {
        var random = Generator(seed: seed)
        let permit = Fixture.permit(Fixture.claude(tag, dropParams: true))
        for _ in 0..<30 {
            var bytes = Array(Self.rich.utf8)
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 32...126, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(Array("{}[]\",:0n\\".utf8).randomElement(using: &random)!, at: place)
                }
            }
            var out = ByteBuffer()
            guard let request = try? ClientRequest.scan(ByteBuffer(bytes: bytes), front: .openAIChat),
                (try? Provider.encode(request, with: permit, unixSeconds: 0, into: &out)) != nil
            else { continue }
            let body = String(buffer: out).components(separatedBy: "\r\n\r\n").dropFirst().joined()
            #expect(throws: Never.self, "\(body)") { try canonical(body) }
        }
    }
}
