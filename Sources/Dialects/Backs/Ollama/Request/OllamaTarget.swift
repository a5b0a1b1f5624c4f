/// What every request to one tag of one instance has in common, written out once. A class, so that handing it on costs
/// one reference.
final class OllamaTarget: Sendable {
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
        /// Whether it asks the model to think, which one that cannot refuses.
        let asksToThink: Bool
    }

    let chat: RequestHead
    let generate: RequestHead
    let embed: RequestHead
    let embeddings: RequestHead
    /// Those that stand beside `model`.
    let top: [Default]
    /// Those that stand in `options`.
    let options: [Default]
    /// Bytes of all of them, with commas.
    let defaultsRoom: Int
    /// Whether one of them asks the model to think.
    let asksToThink: Bool
    /// Whether the model wants to be told how much to think in a word; all others take true or false.
    let thinksInWords: Bool
    /// How long the model stays in memory. The time itself is one of `top`.
    let keepAlive: KeepAlivePolicy

    init(_ place: UpstreamPlace, account: UpstreamAccount, defaults: [String: JSONText], userAgent: String) {
        let tag = place.tag
        var headers = [
            ("host", place.hostHeader), ("user-agent", userAgent),
            ("accept", "application/json, application/x-ndjson"), ("content-type", "application/json"),
        ]
        if let bearer = account.bearer { headers.append(("authorization", bearer)) }
        headers = account.headers(over: headers)
        keepAlive = place.keepAlive
        let model = Array("{\"model\":".utf8) + JSONText.string(tag).bytes
        func head(_ path: String) -> RequestHead {
            RequestHead(path: place.pathPrefix + path, headers: headers, body: model)
        }
        chat = head("/api/chat")
        generate = head("/api/generate")
        embed = head("/api/embed")
        embeddings = head("/api/embeddings")
        let name = OllamaName.normalise(tag).split(separator: "/").last ?? ""
        thinksInWords = name.hasPrefix("gpt-oss")

        var top: [Default] = []
        var options: [Default] = []
        func add(_ place: OllamaParameter.Place, _ value: JSONText) {
            let list = place.isOption ? options : top
            guard !list.contains(where: { $0.name.elementsEqual(place.name.utf8) }) else { return }
            let quoted = JSONText.string(place.name).bytes
            let made = Default(
                name: Array(quoted.dropFirst().dropLast()), member: quoted + [0x3a] + value.bytes,
                overriddenBy: place.fields,
                isLoadTime: place.name == "shift" || BoxOption.isLoadTime(place.name),
                isContext: place.name == "num_ctx",
                asksToThink: place.name == "think" && !value.bytes.elementsEqual("false".utf8))
            if place.isOption { options.append(made) } else { top.append(made) }
        }
        if let time = keepAlive.time, let place = OllamaParameter.place(of: "keep_alive") { add(place, time.json) }
        // Ollama's own names first, so that they win over OpenAI's for the same thing; then by name, so that the
        // outcome does not hang on the order of a dictionary.
        let thinksInWords = thinksInWords
        var thinking: JSONText?
        let ordered = defaults.sorted { $0.key < $1.key }.filter { $0.value != .null }
        for (key, value) in ordered {
            var key = key
            let effort = value.bytes.withUnsafeBytes { raw in
                key.withUTF8 { ThinkingWords.effort(UnsafeRawBufferPointer($0), JSONValue(raw)) }
            }
            guard let effort else { continue }
            thinking = thinking ?? JSONText("\(effort.ollama(inWords: thinksInWords))")
        }
        for (key, value) in ordered where OllamaParameter.place(of: key)?.name == key {
            add(OllamaParameter.place(of: key)!, OllamaParameter.value(of: key, value, thinksInWords: thinksInWords))
        }
        for (key, value) in ordered {
            if key == "options" {
                for (name, member) in value.members {
                    add(
                        OllamaParameter.Place(name: name, isOption: true, fields: OllamaParameter.fields(over: name)),
                        OllamaParameter.value(of: name, member, thinksInWords: thinksInWords))
                }
            } else if let place = OllamaParameter.place(of: key), place.name != key {
                add(place, OllamaParameter.value(of: key, value, thinksInWords: thinksInWords))
            }
        }
        // Another's word for it, where neither of OpenAI's and Ollama's own is there.
        if let thinking, let place = OllamaParameter.place(of: "think") { add(place, thinking) }
        defaultsRoom = (top + options).reduce(0) { $0 + $1.member.count + 1 }
        asksToThink = top.contains(where: \.asksToThink)
        self.top = top
        self.options = options
    }

    /// The fields of a request that count: a client's `keep_alive` is none where the policy says so.
    @inline(__always)
    func fields(of request: ClientRequest, in bytes: UnsafeRawBufferPointer) -> Parameters {
        let fields = request.fields
        guard fields.has(.keepAlive), !keepAlive.lets(JSONValue(fields[.keepAlive], of: bytes)) else { return fields }
        return fields.without(.keepAlive)
    }

    func head(of route: OllamaRoute) -> RequestHead {
        switch route {
        case .chat: chat
        case .generate: generate
        case .embed: embed
        case .embeddings: embeddings
        }
    }
}
