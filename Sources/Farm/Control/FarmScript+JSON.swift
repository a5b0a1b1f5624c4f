import NIOCore

extension FarmScript {
    /// From the body of `POST /farm/script`: `{"text":"…","tool_calls":[{"name":"f","arguments":{…}}],"times":2}`. Arguments are an
    /// object, or a text that is written as it stands. Nil for `{}`: the models say what they would.
    static func read(_ body: ByteBuffer) throws(FarmError) -> FarmScript? {
        let value: JSONValue
        do throws(JSONParser.Fault) {
            value = try body.withUnsafeReadableBytes { bytes throws(JSONParser.Fault) in try JSONParser.parse(bytes) }
        } catch {
            throw .invalid("the script is not JSON: \(error.message)")
        }
        let fields = ProfileFields(value, path: "script")
        try fields.onlyKnown(["text", "tool_calls", "times"])
        if value.members?.isEmpty == true { return nil }
        var script = FarmScript(text: try fields.text("text") ?? "")
        for (number, call) in (try fields.list("tool_calls") ?? []).enumerated() {
            let path = "script.tool_calls[\(number)]"
            let own = ProfileFields(call, path: path)
            try own.onlyKnown(["name", "arguments"])
            guard let name = try own.text("name") else { throw .invalid("\(path).name: is missing") }
            let arguments = call["arguments"]
            script.calls.append(Call(name: name, arguments: arguments?.string ?? arguments?.text ?? "{}"))
        }
        script.times = try fields.whole("times", in: 1...1_000_000_000)
        return script
    }
}
