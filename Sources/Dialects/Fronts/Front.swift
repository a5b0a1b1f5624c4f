public import NIOCore

/// The API by which a client asks: one case for each route that runs a model. A new one has a case here and its line in
/// the one switch.
public enum Front: Sendable, CaseIterable {
    case openAIChat, openAICompletions, openAIEmbeddings, openAIResponses
    case ollamaChat, ollamaGenerate, ollamaEmbed, ollamaEmbeddings
    case anthropicMessages

    /// What it is made of.
    var api: any FrontAPI.Type {
        switch self {
        case .openAIChat: OpenAIChatFront.self
        case .openAICompletions: OpenAICompletionsFront.self
        case .openAIEmbeddings: OpenAIEmbeddingsFront.self
        case .openAIResponses: OpenAIResponsesFront.self
        case .ollamaChat: OllamaChatFront.self
        case .ollamaGenerate: OllamaGenerateFront.self
        case .ollamaEmbed: OllamaEmbedFront.self
        case .ollamaEmbeddings: OllamaEmbeddingsFront.self
        case .anthropicMessages: AnthropicMessagesFront.self
        }
    }

    /// The job that it asks for.
    public var work: Work { api.work }
    /// The language it speaks.
    public var dialect: Dialect { api.dialect }
    /// Its paths, all for `POST`.
    public var paths: [StaticString] { api.paths }
    /// Those with a model in them, for which `**` stands.
    public var pathsOfModels: [StaticString] { api.pathsOfModels }
    /// The `Content-Type` of an answer.
    public func contentType(isStream: Bool) -> StaticString { api.contentType(isStream: isStream) }

    /// Appends an error as a whole body.
    public func write(_ error: ClientError, into out: inout ByteBuffer) { api.write(error, into: &out) }
    /// Appends an error as the end of a stream that has begun.
    ///
    /// - Parameter events: how many have been written before, where they are numbered.
    public func writeInStream(_ error: ClientError, behind events: Int = 0, into out: inout ByteBuffer) {
        api.writeInStream(error, behind: events, into: &out)
    }
    /// The newlines behind each piece of a stream.
    public var pieceEnd: StaticString { api.pieceEnd }
    /// The status of an answer that is an error, which others answer with `status`.
    public func status(of error: ClientError, usually status: Int) -> Int { api.status(of: error, usually: status) }
    /// Bytes between two pieces of a stream that say nothing; nil where there are none.
    public var keepAlive: StaticString? { api.keepAlive }
    /// Whether its clients go on from answers that are kept here, by ids that nobody else may guess.
    public var keepsAnswers: Bool { api.keepsAnswers }
    /// That there is no model of this name, in the words that clients look for.
    public func unknownModel(_ name: Substring) -> String { api.unknownModel(name) }
}

extension Front {
    private static let table = allCases.flatMap { front in front.paths.map { (path: $0, front: front) } }

    /// The front with this path, without a query; nil for every other.
    ///
    /// Each request passes here: a path of another length costs one comparison, and the first is the most frequent.
    public static func at(path: UnsafeRawBufferPointer) -> Front? {
        for row in table where path.equals(row.path) { return row.front }
        return nil
    }

    private static let routes = table.map { row in
        (segments: "\(row.path)".utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }, front: row.front)
    }

    private static let areas = table.map { row in
        (segment: row.path.withUTF8Buffer { Array(firstSegment($0)) }, front: row.front)
    }

    /// The front that has this path, or one that this begins with, or one that begins with the same segment: errors at it have
    /// that front's shape, whether there is such a route or not. Where there is none, OpenAI's chat.
    public static func near(path: some StringProtocol) -> Front {
        let segments = path.utf8.prefix { $0 != UInt8(ascii: "?") }.split(separator: UInt8(ascii: "/"))
        let above = routes.first { route in
            route.segments.count <= segments.count
                && zip(route.segments, segments).allSatisfy { $0.elementsEqual($1) }
        }
        if let above { return above.front }
        let segment = firstSegment(path.utf8)
        return areas.first { segment.elementsEqual($0.segment) }?.front ?? .openAIChat
    }

    private static func firstSegment(_ path: some Collection<UInt8>) -> some Sequence<UInt8> {
        path.drop { $0 == UInt8(ascii: "/") }.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    }
}
