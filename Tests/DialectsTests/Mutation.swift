import Foundation

/// Damages bytes and JSON in the ways in which they are damaged on the way, or by somebody who means harm: the same for
/// the same seed.
struct Mutation {
    private var random: Generator

    init(seed: UInt64) { random = Generator(seed: seed) }

    /// What confuses readers: halves of containers and strings, wrong types, numbers that overflow, lone surrogates,
    /// broken UTF-8, ends of lines and of events, depth.
    private static let scraps: [[UInt8]] =
        [
            "{", "}", "[", "]", "\"", ":", ",", "\\", "null", "true", "0", "-1", "1e999", "99999999999999999999",
            "9223372036854775807", "\"\"", "[]", "{}", "[null]", "\\ud800", "\\u0000", "\n", "\r", "\n\n", "data: ",
            "data: [DONE]\n\n", "event: error\n", "\"error\":{},", "\"index\":-5,", "\"model\":\"\",",
            "\"usage\":{\"prompt_tokens\":9223372036854775807},", "\"content\":[],",
            "\"content\":[{\"type\":\"text\"}],",
        ].map { Array($0.utf8) } + [
            [0xff], [0xc3], [0xed, 0xa0, 0x80], Array(repeating: 0x5b, count: 140), Array(repeating: 0x61, count: 5000),
        ]

    /// One to four changes.
    mutating func damage(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let length = min(bytes.count - place, Int.random(in: 0...40, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes.removeSubrange(place..<place + length)
            case 1: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
            case 2 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 3: bytes.removeSubrange(place...)
            default: bytes.insert(contentsOf: Self.scraps.randomElement(using: &random)!, at: place)
            }
        }
        return bytes
    }

    /// The bytes in pieces, cut anywhere.
    mutating func pieces(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let length = Int.random(in: 1...max(1, min(rest.count, 400)), using: &random)
            pieces.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return pieces
    }

    /// JSON that is still JSON, with one to six of its values changed, taken out or doubled.
    mutating func change(_ json: Any) -> Any {
        var json = json
        for _ in 0..<Int.random(in: 1...6, using: &random) { json = step(json) }
        return json
    }

    private mutating func step(_ value: Any) -> Any {
        if Int.random(in: 0..<12, using: &random) == 0 { return odd() }
        if var object = value as? [String: Any], let name = object.keys.sorted().randomElement(using: &random) {
            switch Int.random(in: 0..<10, using: &random) {
            case 0: object[name] = nil
            case 1: object[Self.names.randomElement(using: &random)!] = object[name]
            default: object[name] = step(object[name]!)
            }
            return object
        }
        if var list = value as? [Any], !list.isEmpty {
            let place = Int.random(in: 0..<list.count, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0: list.remove(at: place)
            case 1: list.insert(list[place], at: place)
            case 2: list.swapAt(place, 0)
            default: list[place] = step(list[place])
            }
            return list
        }
        return odd()
    }

    private mutating func odd() -> Any {
        let many = String(repeating: "é\"\\\n\u{1}x", count: Int.random(in: 0...300, using: &random))
        let odds: [Any] = [
            NSNull(), true, false, 0, -1, 1, 3.5, Int.max, Int.min, 1e300, "", " ", "\n", many, "none", "auto",
            "required",
            "data:image/png;base64,AAAA", "data:,", "data:", "data:;base64,", "https://h/a.png", "{}", "[", "{\"a\":1}",
            [Any](), [String: Any](), [NSNull()], ["type": "text"], ["type": "object"], [["a"]], deep(100),
            "__thought__",
            "call__thought__", "application/pdf", "assistant", "tool", "system", "function",
        ]
        return odds.randomElement(using: &random)!
    }

    private func deep(_ levels: Int) -> Any { (0..<levels).reduce([String: Any]()) { inner, _ in ["items": inner] } }

    private static let names = [
        "content", "role", "tool_calls", "tool_call_id", "function", "arguments", "name", "id", "type", "image_url",
        "thinking_blocks", "cache_control", "parameters", "anyOf", "properties", "$ref", "stop", "tool_choice",
        "thinking",
        "reasoning_effort", "response_format", "stream_options", "max_tokens", "n", "extra", "provider_specific_fields",
        "reasoning_content", "images", "generationConfig", "additionalModelRequestFields", "functions", "function_call",
        "\u{1}\"\\", "enum", "required", "strict", "signature", "data", "options", "web_search_options", "metadata",
    ]
}
