import NIOCore
import Testing

@testable import Dialects

@Suite struct AnthropicSchemaTests {
    private func written(_ schema: String) throws -> String {
        var out = ByteBuffer()
        ByteBuffer(string: schema).withUnsafeReadableBytes { AnthropicSchema.write(JSONValue($0), into: &out) }
        return try canonical(String(buffer: out))
    }

    @Test(arguments: [
        (#"{"type":"string"}"#, #"{"type":"string"}"#), ("true", "true"), ("{}", "{}"),
        (
            #"{"type":"integer","minimum":1,"maximum":10,"description":"A \"number\""}"#,
            #"{"type":"integer","description":"A \"number\"\n\n{minimum: 1, maximum: 10}"}"#
        ),
        (#"{"type":"string","pattern":"^a\"b$"}"#, #"{"type":"string","description":"{pattern: \"^a\\\"b$\"}"}"#),
        (#"{"type":"string","format":"uuid"}"#, #"{"type":"string","format":"uuid"}"#),
        (#"{"type":"string","format":"phone"}"#, #"{"type":"string","description":"{format: \"phone\"}"}"#),
        (
            #"{"type":"object","additionalProperties":{"type":"string"},"properties":{"minimum":{"type":"number","maximum":2}}}"#,
            #"{"type":"object","additionalProperties":false,"properties":{"minimum":{"type":"number","description":"{maximum: 2}"}}}"#
        ),
        (
            #"{"type":["object","null"],"properties":{}}"#,
            #"{"type":["object","null"],"properties":{},"additionalProperties":false}"#
        ),
        (
            #"{"type":"array","items":{"type":"object"},"minItems":1,"maxItems":3}"#,
            #"{"type":"array","items":{"type":"object","additionalProperties":false},"minItems":1,"description":"{maxItems: 3}"}"#
        ),
        (#"{"type":"array","minItems":2}"#, #"{"type":"array","description":"{minItems: 2}"}"#),
        (
            #"{"oneOf":[{"type":"object"},{"const":1,"type":"integer"}],"anyOf":[{"enum":["a",null],"type":"string"}]}"#,
            #"{"anyOf":[{"type":"object","additionalProperties":false},{"const":1},{"enum":["a",null]}]}"#
        ),
        (#"{"allOf":[{"type":"object"}]}"#, #"{"allOf":[{"type":"object","additionalProperties":false}]}"#),
        (
            ##"{"$ref":"#/$defs/A","description":"x","$defs":{"A":{"type":"object","title":"A"}}}"##,
            ##"{"$ref":"#/$defs/A","$defs":{"A":{"type":"object","title":"A","additionalProperties":false}}}"##
        ),
        (#"{"description":"x"}"#, #"{"description":"x"}"#),
        (#"{"description":5,"not":{}}"#, #"{"description":"{not: {}}"}"#),
    ])
    func `keeps to what the API compiles`(_ given: String, _ expected: String) throws {
        #expect(try written(given) == canonical(expected))
    }

    @Test func `reads a schema as deep as a request can have one`() throws {
        let deep = String(repeating: #"{"items":"#, count: 100) + "{}" + String(repeating: "}", count: 100)
        #expect(try written(deep) == deep)
    }
}
