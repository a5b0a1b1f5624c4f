import BoxModel
import NIOCore
import NIOHTTP1

/// The routes that run no model.
extension FarmBox {
    func list(_ call: HTTPCall, faulty: Bool = false, on connection: BoxConnection) {
        let (path, method) = (call.path, call.method)
        let answer: HTTPAnswer
        switch path {
        case "/" where method == .GET || method == .HEAD: answer = .text(200, "Ollama is running", charset: true)
        case "/api/version" where method == .GET || method == .HEAD:
            answer = .json {
                $0.writeStaticString("{\"version\":")
                $0.writeJSON(self.profile.version)
                $0.writeStaticString("}")
            }
        case "/api/status" where method == .GET:
            answer = .json { $0.writeStaticString("{\"cloud\":{\"disabled\":false,\"source\":\"none\"}}") }
        case "/api/tags" where method == .GET || method == .HEAD: answer = tags()
        case "/api/ps" where method == .GET: answer = resident()
        case "/api/show" where method == .POST: answer = show(call)
        case "/v1/models" where method == .GET: answer = openAIModels()
        case "/api/pull" where method == .POST: return pull(call, faulty: faulty, on: connection)
        case "/api/delete" where method == .DELETE: answer = delete(call)
        case "/api/copy" where method == .POST: answer = copy(call)
        case "/", "/api/version", "/api/status", "/api/tags", "/api/ps", "/api/show", "/v1/models", "/api/pull",
            "/api/delete", "/api/copy":
            answer = .wrongMethod
        default:
            guard path.hasPrefix("/v1/models/"), !path.dropFirst(11).contains("/") else {
                answer = .notFound
                break
            }
            answer = method == .GET ? openAIModel(String(path.dropFirst(11))) : .wrongMethod
        }
        connection.send(answer)
    }

    /// Newest first; of those of the profile a model is a day older than the one before it.
    private func tags() -> HTTPAnswer {
        .json { body in
            body.writeStaticString("{\"models\":")
            body.writeList("[", self.visible, "]") { body, item in
                let (index, model) = item
                body.writeStaticString("{\"name\":")
                body.writeJSON(model.shortName)
                body.writeField("model", model.shortName)
                body.writeStaticString(",\"modified_at\":")
                body.writeLocal(self.library.modified(index))
                body.writeField("size", model.sizeBytes)
                body.writeField("digest", self.digest(of: model))
                self.writeDetails(of: model, lengths: true, into: &body)
                self.writeCapabilities(of: model, into: &body)
                body.writeStaticString("}")
            }
            body.writeStaticString("}")
        }
    }

    /// Longest remaining first.
    private func resident() -> HTTPAnswer {
        let models = scheduler.residentModels.sorted { $0.expiresAt > $1.expiresAt }
        return .json { body in
            body.writeStaticString("{\"models\":")
            body.writeList("[", models, "]") { body, resident in
                let model = self.library[resident.model]
                body.writeStaticString("{\"name\":")
                body.writeJSON(model.shortName)
                body.writeField("model", model.shortName)
                body.writeField("size", resident.bytes)
                body.writeField("digest", self.digest(of: model))
                self.writeDetails(of: model, lengths: false, into: &body)
                body.writeStaticString(",\"expires_at\":")
                switch resident.expiresAt {
                case .after(let moment): body.writeLocal(self.clock.unix(of: moment))
                // As far from now as a span can reach: some time in 2318.
                case .forever:
                    body.writeLocal(
                        seconds: Int(self.clock.unixNow() / 1_000_000_000) + Int(Int64.max / 1_000_000_000),
                        nanoseconds: 854_775_807)
                }
                body.writeField("size_vram", resident.cardBytes)
                body.writeField("context_length", resident.context)
                body.writeStaticString("}")
            }
            body.writeStaticString("}")
        }
    }

    private func show(_ call: HTTPCall) -> HTTPAnswer {
        let value: JSONValue
        do throws(JSONParser.Fault) {
            value = try call.body.withUnsafeReadableBytes { bytes throws(JSONParser.Fault) in
                try JSONParser.parse(bytes)
            }
        } catch {
            return AnswerWire.refusal(
                Rejection(400, error == .empty ? "missing request body" : error.message), nil)
        }
        let asked = value["model"]?.string ?? value["name"]?.string ?? ""
        guard !asked.isEmpty else { return AnswerWire.refusal(Rejection(400, "model is required"), nil) }
        guard let name = ModelName(asked) else {
            return AnswerWire.refusal(Rejection(400, "invalid model name"), nil)
        }
        guard let index = index(of: asked), !lacks(library[index].name) else {
            return AnswerWire.refusal(Rejection(404, "model '\(name.shortest)' not found"), nil)
        }
        let model = library[index]
        return .json { body in
            body.writeStaticString("{\"modelfile\":")
            body.writeJSON("FROM \(model.shortName)\nTEMPLATE {{ .Prompt }}\n")
            body.writeField("parameters", "stop                           \"<|eot_id|>\"")
            body.writeField("template", "{{ .Prompt }}")
            self.writeDetails(of: model, lengths: true, into: &body)
            body.writeStaticString(",\"model_info\":{\"general.architecture\":")
            body.writeJSON(model.family)
            body.writeString(",\"\(model.family).context_length\":\(model.maxContext)")
            body.writeString(",\"\(model.family).embedding_length\":\(model.embeddingLength)}")
            self.writeCapabilities(of: model, into: &body)
            body.writeStaticString(",\"modified_at\":")
            body.writeLocal(self.library.modified(index))
            body.writeStaticString("}")
        }
    }

    private func openAIModels() -> HTTPAnswer {
        var body = ByteBuffer(string: "{\"object\":\"list\",\"data\":")
        let models = visible
        if models.isEmpty {
            body.writeStaticString("null")
        } else {
            body.writeList("[", models, "]") { self.writeOpenAIModel($1.0, into: &$0) }
        }
        body.writeStaticString("}\n")
        return HTTPAnswer(status: 200, contentType: "application/json", body: body)
    }

    private func openAIModel(_ name: String) -> HTTPAnswer {
        guard let index = index(of: name), !lacks(library[index].name) else {
            return AnswerWire.refusal(Rejection(404, "model '\(name)' not found"), .openAIChat)
        }
        var body = ByteBuffer()
        writeOpenAIModel(index, into: &body)
        body.writeStaticString("\n")
        return HTTPAnswer(status: 200, contentType: "application/json", body: body)
    }

    private func writeOpenAIModel(_ index: Int, into body: inout ByteBuffer) {
        let name = ModelName(library[index].name)
        body.writeStaticString("{\"id\":")
        body.writeJSON(library[index].shortName)
        body.writeStaticString(",\"object\":\"model\"")
        body.writeField("created", library.modified(index) / 1_000_000_000)
        body.writeField("owned_by", name?.namespace ?? "library")
        body.writeStaticString("}")
    }

    /// The models on the disk that no fault hides, with their places.
    private var visible: [(Int, ModelProfile)] {
        library.newestFirst.filter { !lacks(library[$0].name) }.map { ($0, library[$0]) }
    }

    /// The same on every box, unless the fault says otherwise.
    private func digest(of model: ModelProfile) -> String {
        let differs = fault.fault.kind == .wrongDigest && fault.concerns(model.name)
        return BoxLibrary.digest(of: library.contents(of: model.name), variant: differs ? 1 : 0)
    }

    private func writeDetails(of model: ModelProfile, lengths: Bool, into body: inout ByteBuffer) {
        body.writeStaticString(",\"details\":{\"parent_model\":\"\",\"format\":\"gguf\"")
        body.writeField("family", model.family)
        body.writeStaticString(",\"families\":[")
        body.writeJSON(model.family)
        body.writeStaticString("]")
        body.writeField("parameter_size", model.parameterSize)
        body.writeField("quantization_level", model.quantization)
        if lengths {
            body.writeField("context_length", model.maxContext)
            body.writeField("embedding_length", model.embeddingLength)
        }
        body.writeStaticString("}")
    }

    private func writeCapabilities(of model: ModelProfile, into body: inout ByteBuffer) {
        body.writeStaticString(",\"capabilities\":")
        body.writeList("[", model.capabilities, "]") { $0.writeJSON($1.rawValue) }
    }
}
