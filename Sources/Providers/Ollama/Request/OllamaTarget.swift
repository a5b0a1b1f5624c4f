/// What every request to one tag of one instance has in common, written out once. A class, so that handing it on costs
/// one reference.
final class OllamaTarget: Sendable {
    /// A request up to its model: request line, headers with room for the length, and `{"model":"tag"`.
    struct Head: Sendable {
        let bytes: [UInt8]
        /// Behind the room for the length, in which it stands to the right.
        let lengthEnd: Int
        /// Where the body begins.
        let bodyStart: Int
    }

    /// A parameter of the deployment, ready to be written.
    struct Default: Sendable {
        /// The name Ollama knows, inside of its JSON string.
        let name: [UInt8]
        /// `"name":value`
        let member: [UInt8]
        /// The request's fields any of which wins over it.
        let overriddenBy: UInt64
        /// Whether a model is loaded with it.
        let isLoadTime: Bool
        /// Whether it is the context's length.
        let isContext: Bool
    }

    let chat: Head
    let generate: Head
    let embed: Head
    /// Those that stand beside `model`.
    let top: [Default]
    /// Those that stand in `options`.
    let options: [Default]
    /// Bytes of all of them, with commas.
    let defaultsRoom: Int
    /// Whether the model wants to be told how much to think in a word; all others take true or false.
    let thinksInWords: Bool

    /// Digits of the largest length, and more.
    private static let lengthRoom = 10

    init(
        tag: String, pathPrefix: String, hostHeader: String, authorization: String?, userAgent: String,
        defaults: [String: JSONText]
    ) {
        func head(_ path: String) -> Head {
            var text = "POST \(pathPrefix)\(path) HTTP/1.1\r\nhost: \(hostHeader)\r\nuser-agent: \(userAgent)\r\n"
            text += "accept: application/json, application/x-ndjson\r\ncontent-type: application/json\r\n"
            if let authorization { text += "authorization: \(authorization)\r\n" }
            text += "content-length: " + String(repeating: " ", count: Self.lengthRoom)
            let lengthEnd = text.utf8.count
            text += "\r\n\r\n"
            let bodyStart = text.utf8.count
            var bytes = Array(text.utf8)
            bytes += Array("{\"model\":".utf8) + JSONText.string(tag).bytes
            return Head(bytes: bytes, lengthEnd: lengthEnd, bodyStart: bodyStart)
        }
        chat = head("/api/chat")
        generate = head("/api/generate")
        embed = head("/api/embed")
        let model = OllamaName.normalise(tag).split(separator: "/").last ?? ""
        thinksInWords = model.hasPrefix("gpt-oss")

        var top: [Default] = []
        var options: [Default] = []
        func add(_ place: OllamaParameter.Place, _ value: JSONText) {
            let list = place.isOption ? options : top
            guard !list.contains(where: { $0.name.elementsEqual(place.name.utf8) }) else { return }
            let quoted = JSONText.string(place.name).bytes
            let made = Default(
                name: Array(quoted.dropFirst().dropLast()), member: quoted + [0x3a] + value.bytes,
                overriddenBy: place.fields,
                isLoadTime: place.name == "shift" || OllamaParameter.isLoadTime(place.name),
                isContext: place.name == "num_ctx")
            if place.isOption { options.append(made) } else { top.append(made) }
        }
        // Ollama's own names first, so that they win over OpenAI's for the same thing; then by name, so that the
        // outcome does not hang on the order of a dictionary.
        let thinksInWords = thinksInWords
        let ordered = defaults.sorted { $0.key < $1.key }.filter { $0.value != .null }
        for (key, value) in ordered where OllamaParameter.place(of: key)?.name == key {
            add(OllamaParameter.place(of: key)!, OllamaParameter.value(of: key, value, thinksInWords: thinksInWords))
        }
        for (key, value) in ordered {
            if key == "options" {
                for (name, member) in OllamaParameter.members(of: value) {
                    add(
                        OllamaParameter.Place(name: name, isOption: true, fields: OllamaParameter.fields(over: name)),
                        OllamaParameter.value(of: name, member, thinksInWords: thinksInWords))
                }
            } else if let place = OllamaParameter.place(of: key), place.name != key {
                add(place, OllamaParameter.value(of: key, value, thinksInWords: thinksInWords))
            }
        }
        defaultsRoom = (top + options).reduce(0) { $0 + $1.member.count + 1 }
        self.top = top
        self.options = options
    }
}
