import BoxModel
import NIOCore

/// The routes that change what lies on the disk.
extension FarmBox {
    /// `/api/pull`.
    func pull(_ call: HTTPCall, faulty: Bool, on connection: BoxConnection) {
        let asked: (name: ModelName, text: String, streams: Bool)
        do throws(Rejection) {
            let body = try Self.body(of: call)
            let fields = GoFields(name: "PullRequest", value: body)
            let text = try Self.model(fields)
            guard let name = ModelName(text) else { throw Rejection(400, "invalid model name") }
            asked = (name, text, try fields.bool("stream") ?? true)
        } catch {
            return connection.send(AnswerWire.refusal(error, nil))
        }
        let pull = FarmPull(
            ModelProfile(tag: asked.name.shortest), streams: asked.streams,
            bytesPerSecond: profile.pullBytesPerSecond, on: connection)
        guard registry?.contains(asked.name.key) ?? true else {
            return pull.refuse("pull model manifest: file does not exist")
        }
        if faulty {
            switch fault.fault.kind {
            case .stallAfter(let lines), .cutAfter(let lines, _), .noDone(let lines), .errorLine(let lines):
                pull.fault = (lines, fault.fault.kind)
            default: break
            }
        }
        let number = nextNumber()
        pulls[number] = pull
        connection.openAnswer = number
        goOn(number)
    }

    private func goOn(_ number: Int) {
        guard let pull = pulls[number] else { return }
        let step = pull.step(at: .now(), isCached: index(of: pull.model.name) != nil)
        switch step {
        case .goesOn:
            pull.timer = loop.assumeIsolated().scheduleTask(in: FarmPull.interval) { [weak self] in
                self?.goOn(number)
            }
        case .stalls: break
        case .ended(let isThere):
            pulls[number] = nil
            if isThere { put(pull.model, contents: nil) }
        }
        pull.connection.flush()
        noteChange()
    }

    /// `/api/delete`.
    func delete(_ call: HTTPCall) -> HTTPAnswer {
        do throws(Rejection) {
            let text = try Self.model(GoFields(name: "DeleteRequest", value: try Self.body(of: call)))
            guard !text.isEmpty else { throw Rejection(400, "model is required") }
            guard ModelName(text) != nil else { throw Rejection(400, "name \"\(text)\" is invalid") }
            guard let index = index(of: text), !lacks(library[index].name) else {
                throw Rejection(404, "model '\(text)' not found")
            }
            library.remove(index)
            run { scheduler, now, changes in scheduler.unload(index, at: now, into: &changes) }
            return HTTPAnswer(status: 200, contentType: nil)
        } catch { return AnswerWire.refusal(error, nil) }
    }

    /// `/api/copy`.
    func copy(_ call: HTTPCall) -> HTTPAnswer {
        do throws(Rejection) {
            let fields = GoFields(name: "CopyRequest", value: try Self.body(of: call))
            let source = try fields.string("source") ?? ""
            let destination = try fields.string("destination") ?? ""
            guard ModelName(source) != nil else { throw Rejection(400, "source \"\(source)\" is invalid") }
            guard let name = ModelName(destination) else {
                throw Rejection(400, "destination \"\(destination)\" is invalid")
            }
            guard let index = index(of: source), !lacks(library[index].name) else {
                throw Rejection(404, "model \"\(source)\" not found")
            }
            var model = library[index]
            let contents = library.contents(of: model.name)
            model.name = name.shortest
            put(model, contents: contents)
            return HTTPAnswer(status: 200, contentType: nil)
        } catch { return AnswerWire.refusal(error, nil) }
    }

    private func put(_ model: ModelProfile, contents: String?) {
        let now = clock.unixNow()
        if library.put(model, contents: contents, at: now) != nil { return }
        library.append(model, contents: contents, at: now)
        _ = scheduler.add(model.disk)
    }

    private static func body(of call: HTTPCall) throws(Rejection) -> JSONValue {
        do throws(JSONParser.Fault) {
            return try call.body.withUnsafeReadableBytes { bytes throws(JSONParser.Fault) in
                try JSONParser.parse(bytes)
            }
        } catch { throw Rejection(400, error == .empty ? "missing request body" : error.message) }
    }

    private static func model(_ fields: GoFields) throws(Rejection) -> String {
        let model = try fields.string("model") ?? ""
        return model.isEmpty ? try fields.string("name") ?? "" : model
    }
}
