import NIOCore

/// `/api/embed`, whose answers are never streamed.
enum OllamaEmbedFront: OllamaFront {
    static var route: OllamaRoute { .embed }
    static var work: Work { .embedding }
    static var paths: [StaticString] { ["/api/embed"] }
    static var prompt: Parameter { .input }
    static var partsForm: PartsForm? { .vectors }

    /// A box alone can be told to load a model.
    static func checkTranslatable(_ request: ClientRequest, drops: Bool) throws(RequestFault) {
        guard request.fields.has(.input) else { throw .at("input", "is missing") }
    }

    static func answer(to request: ClientRequest, from back: BackForm, as identity: AnswerIdentity) -> any Answer {
        back.answer(to: request, writtenBy: OllamaEmbedWhole(model: identity.model))
    }

    static func unknownModel(_ name: Substring) -> String { "model \"\(name)\" not found, try pulling it first" }
}

/// `/api/embeddings`, the older one: one text, one vector.
enum OllamaEmbeddingsFront: OllamaFront {
    static var route: OllamaRoute { .embeddings }
    static var work: Work { .embedding }
    static var paths: [StaticString] { ["/api/embeddings"] }
    static var prompt: Parameter { .prompt }

    /// A box alone can be told to load a model.
    static func checkTranslatable(_ request: ClientRequest, drops: Bool) throws(RequestFault) {
        if request.fields[.prompt].count <= 2 { throw .at("prompt", "must not be empty") }
    }

    static func answer(to request: ClientRequest, from back: BackForm, as identity: AnswerIdentity) -> any Answer {
        back.answer(to: request, writtenBy: OllamaEmbeddingWhole())
    }

    static func unknownModel(_ name: Substring) -> String { OllamaEmbedFront.unknownModel(name) }
}
