import BoxModel
import NIOCore
import NIOHTTP1

/// Which request goes where, and what is refused before any model is asked.
extension FarmBox {
    func route(_ call: HTTPCall, on connection: BoxConnection) {
        let path = call.path
        guard isKnownHost(call.headers), isKnownOrigin(call.headers) else {
            return connection.send(HTTPAnswer(status: 403, contentType: nil))
        }
        if let clean = Self.cleaned(path) {
            return connection.send(HTTPAnswer(status: 301, contentType: nil, location: clean))
        }
        let model = ModelCall.Route(path: path)
        if model != nil, call.method == .POST { counted.requests += 1 }
        guard !fault.touches(path: path, runsModel: model != nil && call.method == .POST, dice: &dice) else {
            return fail(call, model, on: connection)
        }
        if let model {
            guard call.method == .POST else { return connection.send(.wrongMethod) }
            return infer(model, call, faulty: false, on: connection)
        }
        list(call, on: connection)
    }

    /// A request that the fault touches.
    private func fail(_ call: HTTPCall, _ model: ModelCall.Route?, on connection: BoxConnection) {
        let runsModel = model != nil && call.method == .POST
        switch fault.fault.kind {
        case .hang, .zombie:
            let number = nextNumber()
            held[number] = Held(connection: connection, runsModel: runsModel)
            connection.openAnswer = number
        case .status(let code):
            if runsModel { counted.failed += 1 }
            var refusal = AnswerWire.refusal(faultyStatus(code, call, model), model)
            refusal.retryAfter = fault.fault.retryAfter
            connection.send(refusal)
        case .badJSON where !runsModel:
            connection.send(.json { $0.writeStaticString("{\"models\":[{\"name\":") })
        default:
            if let model, runsModel {
                infer(model, call, faulty: true, on: connection)
            } else {
                list(call, faulty: true, on: connection)
            }
        }
    }

    private func faultyStatus(_ code: Int, _ call: HTTPCall, _ model: ModelCall.Route?) -> Rejection {
        switch code {
        case 503: return .busy
        case 500: return .runnerStopped
        case 404:
            let name = model.flatMap { try? ModelCall.parse($0, call.body).model } ?? ""
            return Rejection(404, "model '\(name)' not found")
        default:
            return Rejection(code, HTTPResponseStatus(statusCode: code).reasonPhrase.lowercased())
        }
    }

    /// Runs a model, or says why not.
    private func infer(_ route: ModelCall.Route, _ call: HTTPCall, faulty: Bool, on connection: BoxConnection) {
        do throws(Rejection) {
            let request = try ModelCall.parse(route, call.body)
            let index = try find(request)
            let profile = library[index]
            try check(request, profile)
            let told = request.isEmpty || request.route.isEmbedding ? nil : nextWords()
            if let call = told?.unreadable, !request.route.isOpenAI { throw .unreadCall(call.arguments) }
            start(request, index, profile, told: told, faulty: faulty, on: connection)
        } catch {
            counted.failed += 1
            connection.send(AnswerWire.refusal(error, route))
        }
    }

    /// Gives a request to the scheduler.
    private func start(
        _ request: ModelCall, _ index: Int, _ profile: ModelProfile, told: FarmScript?, faulty: Bool,
        on connection: BoxConnection
    ) {
        let context = scheduler.settings.context(of: scheduler.settings.models[index], with: request.options.load)
        let prompt = min(request.promptTokens, context)
        let number = nextNumber()
        let loadsOnly = request.isEmpty
        if loadsOnly, !request.route.isEmbedding, request.keepAlive == .after(0) {
            run { scheduler, now, changes in scheduler.unload(index, at: now, into: &changes) }
            counted.completed += 1
            let wire = AnswerWire(request, model: profile, number: number)
            let now = clock.unixNow()
            return connection.send(.json { $0.writeImmutableBuffer(wire.nativeEmpty(reason: "unload", now: now)) })
        }
        let script =
            loadsOnly || request.route.isEmbedding
            ? nil
            : AnswerScript(
                request, model: profile, box: self.number, seed: seed, length: self.profile.answerTokens, told: told)
        let answer = OpenAnswer(
            request, connection: connection, model: profile, number: number % 999, promptTokens: prompt, script: script)
        var demand = BoxDemand(
            model: index, options: request.options.load, keepAlive: request.keepAlive, promptTokens: prompt,
            work: .load)
        if faulty { apply(fault.fault.kind, to: answer, &demand) }
        if !loadsOnly { demand.work = script == nil ? .embed : .generate(tokens: answer.tokens) }
        answers[number] = answer
        connection.openAnswer = number
        run { scheduler, now, changes in scheduler.arrive(demand, id: number, at: now, into: &changes) }
    }

    private func apply(_ kind: FarmFault.Kind, to answer: OpenAnswer, _ demand: inout BoxDemand) {
        switch kind {
        case .slowFirstToken(let delay): demand.delay = clock.virtual(delay)
        case .stallAfter(let tokens):
            answer.limit = tokens
            demand.sticks = true
        case .cutAfter(let tokens, let end): (answer.limit, answer.ending) = (tokens, .cut(end))
        case .noDone(let tokens): (answer.limit, answer.ending) = (tokens, .noDone)
        case .errorLine(let tokens): (answer.limit, answer.ending) = (tokens, .errorLine)
        case .badJSON(let tokens): (answer.limit, answer.ending) = (tokens, .badJSON)
        case .none, .refuse, .status, .hang, .zombie, .wrongDigest, .missingTag, .slowTokens: break
        }
    }

    /// The model's place in the profile; the words of the refusal differ from route to route.
    private func find(_ request: ModelCall) throws(Rejection) -> Int {
        let name = request.model
        if name.isEmpty {
            switch request.route {
            case .chat, .embeddings: throw Rejection(400, "model is required")
            case .openAIChat, .openAICompletion, .openAIEmbeddings: throw Rejection(400, "model is required")
            case .generate, .embed: throw Rejection(404, "model '' not found")
            }
        }
        guard ModelName(name) != nil else { throw Rejection(400, "invalid model name") }
        if let index = index(of: name), !lacks(library[index].name) { return index }
        throw Rejection(
            404,
            request.route.isEmbedding
                ? "model \"\(name)\" not found, try pulling it first" : "model '\(name)' not found")
    }

    private func check(_ request: ModelCall, _ model: ModelProfile) throws(Rejection) {
        let canDo = model.capabilities.contains
        if !request.route.isEmbedding {
            guard canDo(.completion) else {
                let task = request.route == .chat || request.route == .openAIChat ? "chat" : "generate"
                throw Rejection(400, "\"\(request.model)\" does not support \(task)")
            }
            guard request.tools.isEmpty || canDo(.tools) else {
                throw Rejection(400, "\(ModelName(model.name)?.full ?? model.name) does not support tools")
            }
            guard request.thinks != true || canDo(.thinking) else {
                throw Rejection(400, "\"\(request.model)\" does not support thinking")
            }
            guard !request.inserts || canDo(.insert) else {
                throw Rejection(400, "\(ModelName(model.name)?.full ?? model.name) does not support insert")
            }
        }
        guard !request.truncate, let index = index(of: model.name) else { return }
        let context = scheduler.settings.context(of: scheduler.settings.models[index], with: request.options.load)
        guard request.promptTokens <= context else {
            throw Rejection(
                400,
                request.route.isEmbedding
                    ? "the input length exceeds the context length"
                    : "the prompt is longer than the context length currently available to the model; "
                        + "shorten it or ask for a larger num_ctx")
        }
    }

    /// The place of a model that lies on the disk.
    func index(of name: String) -> Int? {
        guard let key = ModelName(name)?.key else { return nil }
        return library.index(of: key)
    }

    /// Whether the fault hides that model.
    func lacks(_ name: String) -> Bool {
        fault.fault.kind == .missingTag && fault.concerns(name)
    }

    /// On the loopback address a box only knows hosts that are its own.
    private func isKnownHost(_ headers: HTTPHeaders) -> Bool {
        guard isLoopback, let header = headers.first(name: "host"), !header.isEmpty else { return true }
        let host: Substring
        if header.hasPrefix("[") {
            host = header.dropFirst().prefix { $0 != "]" }
        } else {
            host = header.prefix { $0 != ":" }
        }
        let name = host.lowercased()
        return name.contains(":") || name.allSatisfy { $0.isNumber || $0 == "." } || name == "localhost"
            || [".localhost", ".local", ".internal"].contains { name.hasSuffix($0) }
    }

    private func isKnownOrigin(_ headers: HTTPHeaders) -> Bool {
        guard let origin = headers.first(name: "origin") else { return true }
        let schemes = ["app://", "file://", "tauri://", "vscode-webview://", "vscode-file://"]
        if schemes.contains(where: { origin.hasPrefix($0) }) { return true }
        for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) {
            return ["localhost", "127.0.0.1", "0.0.0.0"].contains(
                String(origin.dropFirst(scheme.count).prefix { $0 != ":" }))
        }
        return false
    }

    /// The path without doubled and dotted parts; nil if there are none.
    private static func cleaned(_ path: String) -> String? {
        guard path.contains("//") || path.contains("/.") else { return nil }
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        let clean = "/" + parts.joined(separator: "/") + (path.hasSuffix("/") && !parts.isEmpty ? "/" : "")
        return clean == path ? nil : clean
    }
}
